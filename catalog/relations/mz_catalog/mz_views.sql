-- Filled by the system: its own views; users cannot make views here.
CREATE VIEW mz_catalog.mz_views AS
SELECT
  object.id, object.oid, object.schema_id, object.name,
  pg_catalog.pg_get_viewdef(object.oid) AS definition,
  object.owner_id, object.privileges,
  NULL::text AS create_sql, NULL::text AS redacted_create_sql
FROM mz_catalog.mz_objects AS object
WHERE object.type = 'view';

COMMENT ON VIEW mz_catalog.mz_views IS 'One row for each view.';
COMMENT ON COLUMN mz_catalog.mz_views.id IS 'The unique ID of the view.';
COMMENT ON COLUMN mz_catalog.mz_views.oid IS 'A PostgreSQL-compatible OID.';
COMMENT ON COLUMN mz_catalog.mz_views.schema_id IS 'The ID of the schema that holds the view.';
COMMENT ON COLUMN mz_catalog.mz_views.name IS 'The name of the view.';
COMMENT ON COLUMN mz_catalog.mz_views.definition IS 'The query of the view.';
COMMENT ON COLUMN mz_catalog.mz_views.owner_id IS 'The role ID of the owner.';
COMMENT ON COLUMN mz_catalog.mz_views.privileges IS 'The privileges granted, as grantee=letters/grantor with role IDs; PUBLIC is empty.';
COMMENT ON COLUMN mz_catalog.mz_views.create_sql IS 'The canonical statement that creates it.';
COMMENT ON COLUMN mz_catalog.mz_views.redacted_create_sql IS 'The canonical statement with values of sensitive options hidden.';
