-- Empty: sources carry no data here.
CREATE VIEW mz_internal.mz_mysql_source_tables AS
SELECT
  NULL::text AS id,
  NULL::text AS schema_name,
  NULL::text AS table_name
WHERE false;

COMMENT ON VIEW mz_internal.mz_mysql_source_tables IS 'The upstream tables of MySQL sources.';
COMMENT ON COLUMN mz_internal.mz_mysql_source_tables.id IS 'The unique ID of the table.';
COMMENT ON COLUMN mz_internal.mz_mysql_source_tables.schema_name IS 'The schema of the table upstream.';
COMMENT ON COLUMN mz_internal.mz_mysql_source_tables.table_name IS 'The name of the table upstream.';
