-- Filled by CREATE TABLE … FROM SOURCE; the tables of the system are listed too.
CREATE VIEW mz_catalog.mz_tables AS
SELECT id, oid, schema_id, name, owner_id, privileges, create_sql, create_sql AS redacted_create_sql, depends_on[1] AS source_id
FROM mirror.items
WHERE kind = 'table'
UNION ALL
SELECT id, oid, schema_id, name, owner_id, privileges, NULL, NULL, NULL
FROM mz_catalog.mz_relations
WHERE type = 'table' AND id LIKE 's%';

COMMENT ON VIEW mz_catalog.mz_tables IS 'One row for each table.';
COMMENT ON COLUMN mz_catalog.mz_tables.id IS 'The unique ID of the table.';
COMMENT ON COLUMN mz_catalog.mz_tables.oid IS 'A PostgreSQL-compatible OID.';
COMMENT ON COLUMN mz_catalog.mz_tables.schema_id IS 'The ID of the schema that holds the table.';
COMMENT ON COLUMN mz_catalog.mz_tables.name IS 'The name of the table.';
COMMENT ON COLUMN mz_catalog.mz_tables.owner_id IS 'The role ID of the owner.';
COMMENT ON COLUMN mz_catalog.mz_tables.privileges IS 'The privileges granted, as grantee=letters/grantor with role IDs; PUBLIC is empty.';
COMMENT ON COLUMN mz_catalog.mz_tables.create_sql IS 'The canonical statement that creates it.';
COMMENT ON COLUMN mz_catalog.mz_tables.redacted_create_sql IS 'The canonical statement with values of sensitive options hidden.';
COMMENT ON COLUMN mz_catalog.mz_tables.source_id IS 'The ID of the source that it takes its rows from.';
