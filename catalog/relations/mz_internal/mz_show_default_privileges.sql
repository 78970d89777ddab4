-- Behind SHOW DEFAULT PRIVILEGES.
CREATE VIEW mz_internal.mz_show_default_privileges AS
SELECT
  CASE WHEN defaults.role_id = 'p' THEN 'PUBLIC' ELSE role.name END AS object_owner,
  database.name AS database,
  schema.name AS schema,
  defaults.object_kind AS object_type,
  CASE WHEN defaults.grantee = 'p' THEN 'PUBLIC' ELSE grantee.name END AS grantee,
  privilege.name AS privilege_type
FROM mirror.default_privileges AS defaults
LEFT JOIN mirror.roles AS role ON role.id = defaults.role_id
LEFT JOIN mirror.roles AS grantee ON grantee.id = defaults.grantee
LEFT JOIN mirror.databases AS database ON database.id = defaults.database_id
LEFT JOIN mirror.schemas AS schema ON schema.id = defaults.schema_id
JOIN (VALUES ('r', 'SELECT'), ('a', 'INSERT'), ('w', 'UPDATE'), ('d', 'DELETE'), ('U', 'USAGE'), ('C', 'CREATE'),
  ('R', 'CREATEROLE'), ('B', 'CREATEDB'), ('N', 'CREATECLUSTER'), ('P', 'CREATENETWORKPOLICY')) AS privilege(letter, name) ON position(privilege.letter IN defaults.privileges) > 0;

COMMENT ON VIEW mz_internal.mz_show_default_privileges IS 'What SHOW DEFAULT PRIVILEGES lists.';
COMMENT ON COLUMN mz_internal.mz_show_default_privileges.object_owner IS 'The role whose new objects are meant; PUBLIC for all.';
COMMENT ON COLUMN mz_internal.mz_show_default_privileges.database IS 'The database that it is limited to.';
COMMENT ON COLUMN mz_internal.mz_show_default_privileges.schema IS 'The schema that it is limited to.';
COMMENT ON COLUMN mz_internal.mz_show_default_privileges.object_type IS 'The kind of object.';
COMMENT ON COLUMN mz_internal.mz_show_default_privileges.grantee IS 'The role that gets the privilege; PUBLIC for all.';
COMMENT ON COLUMN mz_internal.mz_show_default_privileges.privilege_type IS 'The privilege.';
