-- Filled by CREATE SCHEMA and CREATE DATABASE.
CREATE VIEW mz_catalog.mz_schemas AS
SELECT id, oid, database_id, name, owner_id, privileges
FROM mirror.schemas;

COMMENT ON VIEW mz_catalog.mz_schemas IS 'One row for each schema.';
COMMENT ON COLUMN mz_catalog.mz_schemas.id IS 'The unique ID of the schema.';
COMMENT ON COLUMN mz_catalog.mz_schemas.oid IS 'A PostgreSQL-compatible OID.';
COMMENT ON COLUMN mz_catalog.mz_schemas.database_id IS 'The ID of the database that holds the schema; null for the schemas of the system, which are in every database.';
COMMENT ON COLUMN mz_catalog.mz_schemas.name IS 'The name of the schema.';
COMMENT ON COLUMN mz_catalog.mz_schemas.owner_id IS 'The role ID of the owner.';
COMMENT ON COLUMN mz_catalog.mz_schemas.privileges IS 'The privileges granted, as grantee=letters/grantor with role IDs; PUBLIC is empty.';
