-- Filled by CREATE SOURCE.
CREATE VIEW mz_catalog.mz_sources AS
SELECT
  id, oid, schema_id, name, type,
  depends_on[1] AS connection_id,
  NULL::text AS size,
  facts ->> 'envelopeType' AS envelope_type,
  facts ->> 'keyFormat' AS key_format,
  facts ->> 'valueFormat' AS value_format,
  's1'::text AS cluster_id,
  owner_id, privileges, create_sql, create_sql AS redacted_create_sql
FROM mirror.items
WHERE kind = 'source';

COMMENT ON VIEW mz_catalog.mz_sources IS 'One row for each source.';
COMMENT ON COLUMN mz_catalog.mz_sources.id IS 'The unique ID of the source.';
COMMENT ON COLUMN mz_catalog.mz_sources.oid IS 'A PostgreSQL-compatible OID.';
COMMENT ON COLUMN mz_catalog.mz_sources.schema_id IS 'The ID of the schema that holds the source.';
COMMENT ON COLUMN mz_catalog.mz_sources.name IS 'The name of the source.';
COMMENT ON COLUMN mz_catalog.mz_sources.type IS 'The kind of source.';
COMMENT ON COLUMN mz_catalog.mz_sources.connection_id IS 'The ID of the connection that it reads through.';
COMMENT ON COLUMN mz_catalog.mz_sources.size IS 'Unused; always null.';
COMMENT ON COLUMN mz_catalog.mz_sources.envelope_type IS 'The envelope of its records.';
COMMENT ON COLUMN mz_catalog.mz_sources.key_format IS 'The format of its keys.';
COMMENT ON COLUMN mz_catalog.mz_sources.value_format IS 'The format of its values.';
COMMENT ON COLUMN mz_catalog.mz_sources.cluster_id IS 'The ID of the cluster that it runs on.';
COMMENT ON COLUMN mz_catalog.mz_sources.owner_id IS 'The role ID of the owner.';
COMMENT ON COLUMN mz_catalog.mz_sources.privileges IS 'The privileges granted, as grantee=letters/grantor with role IDs; PUBLIC is empty.';
COMMENT ON COLUMN mz_catalog.mz_sources.create_sql IS 'The canonical statement that creates it.';
COMMENT ON COLUMN mz_catalog.mz_sources.redacted_create_sql IS 'The canonical statement with values of sensitive options hidden.';
