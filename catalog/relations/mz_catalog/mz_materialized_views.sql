-- Empty: there are no materialized views here.
CREATE VIEW mz_catalog.mz_materialized_views AS
SELECT
  NULL::text AS id,
  NULL::oid AS oid,
  NULL::text AS schema_id,
  NULL::text AS name,
  NULL::text AS cluster_id,
  NULL::text AS definition,
  NULL::text AS owner_id,
  NULL::text[] AS privileges,
  NULL::text AS create_sql,
  NULL::text AS redacted_create_sql
WHERE false;

COMMENT ON VIEW mz_catalog.mz_materialized_views IS 'One row for each materialized view.';
COMMENT ON COLUMN mz_catalog.mz_materialized_views.id IS 'The unique ID of the view.';
COMMENT ON COLUMN mz_catalog.mz_materialized_views.oid IS 'A PostgreSQL-compatible OID.';
COMMENT ON COLUMN mz_catalog.mz_materialized_views.schema_id IS 'The ID of the schema that holds the view.';
COMMENT ON COLUMN mz_catalog.mz_materialized_views.name IS 'The name of the view.';
COMMENT ON COLUMN mz_catalog.mz_materialized_views.cluster_id IS 'The ID of the cluster that it runs on.';
COMMENT ON COLUMN mz_catalog.mz_materialized_views.definition IS 'The query of the view.';
COMMENT ON COLUMN mz_catalog.mz_materialized_views.owner_id IS 'The role ID of the owner.';
COMMENT ON COLUMN mz_catalog.mz_materialized_views.privileges IS 'The privileges granted, as grantee=letters/grantor with role IDs; PUBLIC is empty.';
COMMENT ON COLUMN mz_catalog.mz_materialized_views.create_sql IS 'The canonical statement that creates it.';
COMMENT ON COLUMN mz_catalog.mz_materialized_views.redacted_create_sql IS 'The canonical statement with values of sensitive options hidden.';
