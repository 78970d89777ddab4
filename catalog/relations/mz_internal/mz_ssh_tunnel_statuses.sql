-- Live: every SSH tunnel connection with what the pool knows of it at the time of the read; never used since start: idle.
CREATE VIEW mz_internal.mz_ssh_tunnel_statuses AS
SELECT item.id, item.name, coalesce(status.state, 'idle') AS state, status.since, coalesce(status.sessions, 0) AS sessions,
  status.session_age_seconds, status.round_trip_ms, coalesce(status.channels, 0) AS channels, coalesce(status.bytes_read, 0) AS bytes_read,
  coalesce(status.bytes_written, 0) AS bytes_written, coalesce(status.bytes_buffered, 0) AS bytes_buffered, status.key_fingerprint,
  status.host_key_fingerprint, status.server_version, status.last_error, status.last_error_stage, status.last_error_hint
FROM mirror.items AS item
LEFT JOIN jsonb_to_recordset(coalesce(nullif(current_setting('sallyport.mz_internal.mz_ssh_tunnel_statuses', true), ''), '[]')::jsonb)
  AS status(id text, state text, since timestamptz, sessions integer, session_age_seconds double precision, round_trip_ms double precision,
    channels integer, bytes_read bigint, bytes_written bigint, bytes_buffered bigint, key_fingerprint text, host_key_fingerprint text,
    server_version text, last_error text, last_error_stage text, last_error_hint text)
  ON status.id = item.id
WHERE item.type = 'ssh-tunnel';

COMMENT ON VIEW mz_internal.mz_ssh_tunnel_statuses IS 'The state of every SSH tunnel now.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_statuses.id IS 'The ID of the connection. Refers to mz_connections.id.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_statuses.name IS 'The name of the connection.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_statuses.state IS 'idle, connecting, connected, draining, failed, or waiting for the next try.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_statuses.since IS 'When it came into that state; null: not used since the server started.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_statuses.sessions IS 'How many SSH sessions are open.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_statuses.session_age_seconds IS 'The age of the oldest session.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_statuses.round_trip_ms IS 'The time of a round trip to the bastion, as last measured.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_statuses.channels IS 'How many connections run through it.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_statuses.bytes_read IS 'Bytes received through it since the server started.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_statuses.bytes_written IS 'Bytes sent through it since the server started.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_statuses.bytes_buffered IS 'Bytes that wait for a reader.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_statuses.key_fingerprint IS 'The fingerprint of the key that logged in last.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_statuses.host_key_fingerprint IS 'The fingerprint of the host key that the bastion presented.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_statuses.server_version IS 'What the bastion calls its SSH server.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_statuses.last_error IS 'The last error, until a login succeeds.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_statuses.last_error_stage IS 'The step that failed.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_statuses.last_error_hint IS 'What to do about it.';
