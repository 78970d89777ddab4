-- Filled by ALTER DEFAULT PRIVILEGES.
CREATE VIEW mz_catalog.mz_default_privileges AS
SELECT role_id, database_id, schema_id, object_kind AS object_type, grantee, privileges
FROM mirror.default_privileges;

COMMENT ON VIEW mz_catalog.mz_default_privileges IS 'Privileges that new objects start with.';
COMMENT ON COLUMN mz_catalog.mz_default_privileges.role_id IS 'The ID of the role whose new objects are meant; p for all roles.';
COMMENT ON COLUMN mz_catalog.mz_default_privileges.database_id IS 'The ID of the database that it is limited to.';
COMMENT ON COLUMN mz_catalog.mz_default_privileges.schema_id IS 'The ID of the schema that it is limited to.';
COMMENT ON COLUMN mz_catalog.mz_default_privileges.object_type IS 'The kind of object.';
COMMENT ON COLUMN mz_catalog.mz_default_privileges.grantee IS 'The ID of the role that gets the privileges; p for PUBLIC.';
COMMENT ON COLUMN mz_catalog.mz_default_privileges.privileges IS 'The letters of the privileges.';
