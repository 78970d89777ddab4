-- A session's cursors are not the engine's. Same columns as the engine's view.
CREATE OR REPLACE VIEW pg_catalog.pg_cursors AS
SELECT
  NULL::text AS name, NULL::text AS statement, NULL::boolean AS is_holdable, NULL::boolean AS is_binary,
  NULL::boolean AS is_scrollable, NULL::timestamptz AS creation_time
WHERE false;
