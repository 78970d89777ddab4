-- Filled by every CREATE of an object in a schema; the relations of the system are listed too, under IDs that begin with s.
CREATE VIEW mz_catalog.mz_objects AS
SELECT id, oid, schema_id, name, kind AS type, owner_id, NULL::text AS cluster_id, privileges
FROM mirror.items
UNION ALL
SELECT id, oid, schema_id, name, type, owner_id, cluster_id, privileges
FROM (
  SELECT
    's' || class.oid AS id,
    class.oid,
    schema.id AS schema_id,
    class.relname::text AS name,
    CASE class.relkind WHEN 'v' THEN 'view' ELSE 'table' END AS type,
    's1'::text AS owner_id,
    NULL::text AS cluster_id,
    '{=r/s1,s1=r/s1}'::text[] AS privileges
  FROM pg_catalog.pg_class AS class
  JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = class.relnamespace
  JOIN mirror.schemas AS schema ON schema.name = namespace.nspname AND schema.database_id IS NULL
  WHERE class.relkind IN ('r', 'v')
) AS system_relation;

COMMENT ON VIEW mz_catalog.mz_objects IS 'One row for each object in a schema.';
COMMENT ON COLUMN mz_catalog.mz_objects.id IS 'The unique ID of the object.';
COMMENT ON COLUMN mz_catalog.mz_objects.oid IS 'A PostgreSQL-compatible OID.';
COMMENT ON COLUMN mz_catalog.mz_objects.schema_id IS 'The ID of the schema that holds the object.';
COMMENT ON COLUMN mz_catalog.mz_objects.name IS 'The name of the object.';
COMMENT ON COLUMN mz_catalog.mz_objects.type IS 'The kind of object: connection, secret, source, table or view.';
COMMENT ON COLUMN mz_catalog.mz_objects.owner_id IS 'The role ID of the owner.';
COMMENT ON COLUMN mz_catalog.mz_objects.cluster_id IS 'The ID of the cluster that it runs on; always null.';
COMMENT ON COLUMN mz_catalog.mz_objects.privileges IS 'The privileges granted, as grantee=letters/grantor with role IDs; PUBLIC is empty.';
