-- Live: the sessions that are open at the time of the read.
CREATE VIEW mz_internal.mz_sessions AS
SELECT session.process_id, role.id AS role_id, session.role, session.database, session.application_name, session.client_address, session.connected_at
FROM jsonb_to_recordset(coalesce(nullif(current_setting('sallyport.mz_internal.mz_sessions', true), ''), '[]')::jsonb)
  AS session(process_id integer, role text, database text, application_name text, client_address text, connected_at timestamptz)
LEFT JOIN mirror.roles AS role ON role.name = session.role;

COMMENT ON VIEW mz_internal.mz_sessions IS 'The sessions that are open.';
COMMENT ON COLUMN mz_internal.mz_sessions.process_id IS 'The number that names the session, as pg_backend_pid and cancel requests have it.';
COMMENT ON COLUMN mz_internal.mz_sessions.role_id IS 'The ID of the role that logged in. Refers to mz_roles.id.';
COMMENT ON COLUMN mz_internal.mz_sessions.role IS 'The name of the role that logged in.';
COMMENT ON COLUMN mz_internal.mz_sessions.database IS 'The database that it is in.';
COMMENT ON COLUMN mz_internal.mz_sessions.application_name IS 'What the client calls itself.';
COMMENT ON COLUMN mz_internal.mz_sessions.client_address IS 'Where the client comes from; empty for a Unix-domain socket.';
COMMENT ON COLUMN mz_internal.mz_sessions.connected_at IS 'When it connected.';
