-- Filled by CREATE SOURCE and CREATE TABLE; the relations of the system are listed too.
CREATE VIEW mz_catalog.mz_relations AS
SELECT id, oid, schema_id, name, type, owner_id, cluster_id, privileges
FROM mz_catalog.mz_objects
WHERE type IN ('table', 'source', 'view', 'materialized-view');

COMMENT ON VIEW mz_catalog.mz_relations IS 'One row for each object that has columns.';
COMMENT ON COLUMN mz_catalog.mz_relations.id IS 'The unique ID of the object.';
COMMENT ON COLUMN mz_catalog.mz_relations.oid IS 'A PostgreSQL-compatible OID.';
COMMENT ON COLUMN mz_catalog.mz_relations.schema_id IS 'The ID of the schema that holds the object.';
COMMENT ON COLUMN mz_catalog.mz_relations.name IS 'The name of the object.';
COMMENT ON COLUMN mz_catalog.mz_relations.type IS 'The kind of relation: table, source or view.';
COMMENT ON COLUMN mz_catalog.mz_relations.owner_id IS 'The role ID of the owner.';
COMMENT ON COLUMN mz_catalog.mz_relations.cluster_id IS 'The ID of the cluster that it runs on; always null.';
COMMENT ON COLUMN mz_catalog.mz_relations.privileges IS 'The privileges granted, as grantee=letters/grantor with role IDs; PUBLIC is empty.';
