-- Filled by CREATE SECRET.
CREATE VIEW mz_catalog.mz_secrets AS
SELECT id, oid, schema_id, name, owner_id, privileges
FROM mirror.items
WHERE kind = 'secret';

COMMENT ON VIEW mz_catalog.mz_secrets IS 'One row for each secret. The values are in no relation.';
COMMENT ON COLUMN mz_catalog.mz_secrets.id IS 'The unique ID of the secret.';
COMMENT ON COLUMN mz_catalog.mz_secrets.oid IS 'A PostgreSQL-compatible OID.';
COMMENT ON COLUMN mz_catalog.mz_secrets.schema_id IS 'The ID of the schema that holds the secret.';
COMMENT ON COLUMN mz_catalog.mz_secrets.name IS 'The name of the secret.';
COMMENT ON COLUMN mz_catalog.mz_secrets.owner_id IS 'The role ID of the owner.';
COMMENT ON COLUMN mz_catalog.mz_secrets.privileges IS 'The privileges granted, as grantee=letters/grantor with role IDs; PUBLIC is empty.';
