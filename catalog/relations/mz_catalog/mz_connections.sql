-- Filled by CREATE CONNECTION.
CREATE VIEW mz_catalog.mz_connections AS
SELECT id, oid, schema_id, name, type, owner_id, privileges, create_sql, create_sql AS redacted_create_sql
FROM mirror.items
WHERE kind = 'connection';

COMMENT ON VIEW mz_catalog.mz_connections IS 'One row for each connection.';
COMMENT ON COLUMN mz_catalog.mz_connections.id IS 'The unique ID of the connection.';
COMMENT ON COLUMN mz_catalog.mz_connections.oid IS 'A PostgreSQL-compatible OID.';
COMMENT ON COLUMN mz_catalog.mz_connections.schema_id IS 'The ID of the schema that holds the connection.';
COMMENT ON COLUMN mz_catalog.mz_connections.name IS 'The name of the connection.';
COMMENT ON COLUMN mz_catalog.mz_connections.type IS 'The kind of connection: ssh-tunnel, postgres, mysql, kafka or confluent-schema-registry.';
COMMENT ON COLUMN mz_catalog.mz_connections.owner_id IS 'The role ID of the owner.';
COMMENT ON COLUMN mz_catalog.mz_connections.privileges IS 'The privileges granted, as grantee=letters/grantor with role IDs; PUBLIC is empty.';
COMMENT ON COLUMN mz_catalog.mz_connections.create_sql IS 'The canonical statement that creates it.';
COMMENT ON COLUMN mz_catalog.mz_connections.redacted_create_sql IS 'The canonical statement with values of sensitive options hidden.';
