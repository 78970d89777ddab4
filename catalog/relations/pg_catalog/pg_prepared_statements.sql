-- The engine's prepared statements are everybody's reads: none of a session's business. Same columns as the engine's view.
CREATE OR REPLACE VIEW pg_catalog.pg_prepared_statements AS
SELECT
  NULL::text AS name, NULL::text AS statement, NULL::timestamptz AS prepare_time, NULL::regtype[] AS parameter_types,
  NULL::regtype[] AS result_types, NULL::boolean AS from_sql, NULL::bigint AS generic_plans, NULL::bigint AS custom_plans
WHERE false;
