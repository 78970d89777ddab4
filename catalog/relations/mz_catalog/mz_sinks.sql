-- Empty: there are no sinks here.
CREATE VIEW mz_catalog.mz_sinks AS
SELECT
  NULL::text AS id,
  NULL::oid AS oid,
  NULL::text AS schema_id,
  NULL::text AS name,
  NULL::text AS type,
  NULL::text AS connection_id,
  NULL::text AS size,
  NULL::text AS envelope_type,
  NULL::text AS format,
  NULL::text AS key_format,
  NULL::text AS value_format,
  NULL::text AS cluster_id,
  NULL::text AS owner_id,
  NULL::text AS create_sql,
  NULL::text AS redacted_create_sql
WHERE false;

COMMENT ON VIEW mz_catalog.mz_sinks IS 'One row for each sink.';
COMMENT ON COLUMN mz_catalog.mz_sinks.id IS 'The unique ID of the sink.';
COMMENT ON COLUMN mz_catalog.mz_sinks.oid IS 'A PostgreSQL-compatible OID.';
COMMENT ON COLUMN mz_catalog.mz_sinks.schema_id IS 'The ID of the schema that holds the sink.';
COMMENT ON COLUMN mz_catalog.mz_sinks.name IS 'The name of the sink.';
COMMENT ON COLUMN mz_catalog.mz_sinks.type IS 'The kind of sink.';
COMMENT ON COLUMN mz_catalog.mz_sinks.connection_id IS 'The ID of the connection that it writes through.';
COMMENT ON COLUMN mz_catalog.mz_sinks.size IS 'Unused; always null.';
COMMENT ON COLUMN mz_catalog.mz_sinks.envelope_type IS 'The envelope of its records.';
COMMENT ON COLUMN mz_catalog.mz_sinks.format IS 'The format of its records.';
COMMENT ON COLUMN mz_catalog.mz_sinks.key_format IS 'The format of its keys.';
COMMENT ON COLUMN mz_catalog.mz_sinks.value_format IS 'The format of its values.';
COMMENT ON COLUMN mz_catalog.mz_sinks.cluster_id IS 'The ID of the cluster that it runs on.';
COMMENT ON COLUMN mz_catalog.mz_sinks.owner_id IS 'The role ID of the owner.';
COMMENT ON COLUMN mz_catalog.mz_sinks.create_sql IS 'The canonical statement that creates it.';
COMMENT ON COLUMN mz_catalog.mz_sinks.redacted_create_sql IS 'The canonical statement with values of sensitive options hidden.';
