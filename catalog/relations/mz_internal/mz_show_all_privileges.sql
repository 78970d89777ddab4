-- Behind SHOW PRIVILEGES.
CREATE VIEW mz_internal.mz_show_all_privileges AS
SELECT
  grantor.name AS grantor,
  CASE WHEN acl.grantee = '' THEN 'PUBLIC' ELSE grantee.name END AS grantee,
  acl.database,
  acl.schema,
  acl.name,
  acl.object_type,
  privilege.name AS privilege_type
FROM (
  SELECT
    split_part(item, '=', 1) AS grantee,
    split_part(split_part(item, '=', 2), '/', 1) AS letters,
    split_part(item, '/', 2) AS grantor,
    database, schema, name, object_type
  FROM (
    SELECT unnest(item.privileges) AS item, database.name AS database, schema.name AS schema, item.name, item.kind AS object_type
    FROM mirror.items AS item
    JOIN mirror.schemas AS schema ON schema.id = item.schema_id
    LEFT JOIN mirror.databases AS database ON database.id = schema.database_id
    UNION ALL
    SELECT unnest(schema.privileges), database.name, NULL, schema.name, 'schema'
    FROM mirror.schemas AS schema
    LEFT JOIN mirror.databases AS database ON database.id = schema.database_id
    UNION ALL
    SELECT unnest(database.privileges), NULL, NULL, database.name, 'database'
    FROM mirror.databases AS database
    UNION ALL
    SELECT unnest(cluster.privileges), NULL, NULL, cluster.name, 'cluster'
    FROM mz_catalog.mz_clusters AS cluster
    UNION ALL
    SELECT system.privileges, NULL, NULL, NULL, 'system'
    FROM mirror.system_privileges AS system
  ) AS granted
) AS acl
LEFT JOIN mirror.roles AS grantee ON grantee.id = acl.grantee
LEFT JOIN mirror.roles AS grantor ON grantor.id = acl.grantor
JOIN (VALUES ('r', 'SELECT'), ('a', 'INSERT'), ('w', 'UPDATE'), ('d', 'DELETE'), ('U', 'USAGE'), ('C', 'CREATE'),
  ('R', 'CREATEROLE'), ('B', 'CREATEDB'), ('N', 'CREATECLUSTER'), ('P', 'CREATENETWORKPOLICY')) AS privilege(letter, name) ON position(privilege.letter IN acl.letters) > 0;

COMMENT ON VIEW mz_internal.mz_show_all_privileges IS 'What SHOW PRIVILEGES lists.';
COMMENT ON COLUMN mz_internal.mz_show_all_privileges.grantor IS 'The role that granted the privilege.';
COMMENT ON COLUMN mz_internal.mz_show_all_privileges.grantee IS 'The role that has it; PUBLIC for all.';
COMMENT ON COLUMN mz_internal.mz_show_all_privileges.database IS 'The database of the object.';
COMMENT ON COLUMN mz_internal.mz_show_all_privileges.schema IS 'The schema of the object.';
COMMENT ON COLUMN mz_internal.mz_show_all_privileges.name IS 'The name of the object.';
COMMENT ON COLUMN mz_internal.mz_show_all_privileges.object_type IS 'The kind of object.';
COMMENT ON COLUMN mz_internal.mz_show_all_privileges.privilege_type IS 'The privilege.';
