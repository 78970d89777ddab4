-- Filled by CREATE DATABASE.
CREATE VIEW mz_catalog.mz_databases AS
SELECT id, oid, name, owner_id, privileges
FROM mirror.databases;

COMMENT ON VIEW mz_catalog.mz_databases IS 'One row for each database.';
COMMENT ON COLUMN mz_catalog.mz_databases.id IS 'The unique ID of the database.';
COMMENT ON COLUMN mz_catalog.mz_databases.oid IS 'A PostgreSQL-compatible OID.';
COMMENT ON COLUMN mz_catalog.mz_databases.name IS 'The name of the database.';
COMMENT ON COLUMN mz_catalog.mz_databases.owner_id IS 'The role ID of the owner.';
COMMENT ON COLUMN mz_catalog.mz_databases.privileges IS 'The privileges granted, as grantee=letters/grantor with role IDs; PUBLIC is empty.';
