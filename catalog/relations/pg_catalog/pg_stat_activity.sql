-- The sessions of this server, not the engine's one. Same columns as the engine's view.
CREATE OR REPLACE VIEW pg_catalog.pg_stat_activity AS
SELECT
  database.oid AS datid,
  session.database::name COLLATE "C" AS datname,
  session.process_id AS pid,
  NULL::integer AS leader_pid,
  role.oid AS usesysid,
  session.role::name COLLATE "C" AS usename,
  session.application_name,
  nullif(session.client_address, '')::inet AS client_addr,
  NULL::text AS client_hostname,
  NULL::integer AS client_port,
  session.connected_at AS backend_start,
  NULL::timestamptz AS xact_start,
  NULL::timestamptz AS query_start,
  NULL::timestamptz AS state_change,
  NULL::text AS wait_event_type,
  NULL::text AS wait_event,
  NULL::text AS state,
  NULL::xid AS backend_xid,
  NULL::xid AS backend_xmin,
  NULL::bigint AS query_id,
  ''::text AS query,
  'client backend'::text AS backend_type
FROM mz_internal.mz_sessions AS session
LEFT JOIN mirror.databases AS database ON database.name = session.database
LEFT JOIN pg_catalog.pg_roles AS role ON role.rolname = session.role;
