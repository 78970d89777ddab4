-- Empty: there are no indexes here.
CREATE VIEW mz_catalog.mz_indexes AS
SELECT
  NULL::text AS id,
  NULL::oid AS oid,
  NULL::text AS name,
  NULL::text AS on_id,
  NULL::text AS cluster_id,
  NULL::text AS owner_id,
  NULL::text AS create_sql,
  NULL::text AS redacted_create_sql
WHERE false;

COMMENT ON VIEW mz_catalog.mz_indexes IS 'One row for each index.';
COMMENT ON COLUMN mz_catalog.mz_indexes.id IS 'The unique ID of the index.';
COMMENT ON COLUMN mz_catalog.mz_indexes.oid IS 'A PostgreSQL-compatible OID.';
COMMENT ON COLUMN mz_catalog.mz_indexes.name IS 'The name of the index.';
COMMENT ON COLUMN mz_catalog.mz_indexes.on_id IS 'The ID of the relation that is indexed.';
COMMENT ON COLUMN mz_catalog.mz_indexes.cluster_id IS 'The ID of the cluster that it runs on.';
COMMENT ON COLUMN mz_catalog.mz_indexes.owner_id IS 'The role ID of the owner.';
COMMENT ON COLUMN mz_catalog.mz_indexes.create_sql IS 'The canonical statement that creates it.';
COMMENT ON COLUMN mz_catalog.mz_indexes.redacted_create_sql IS 'The canonical statement with values of sensitive options hidden.';
