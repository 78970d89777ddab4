-- Filled by CREATE ROLE.
CREATE VIEW mz_catalog.mz_roles AS
SELECT id, oid, name, inherit
FROM mirror.roles;

COMMENT ON VIEW mz_catalog.mz_roles IS 'One row for each role.';
COMMENT ON COLUMN mz_catalog.mz_roles.id IS 'The unique ID of the role.';
COMMENT ON COLUMN mz_catalog.mz_roles.oid IS 'A PostgreSQL-compatible OID.';
COMMENT ON COLUMN mz_catalog.mz_roles.name IS 'The name of the role.';
COMMENT ON COLUMN mz_catalog.mz_roles.inherit IS 'Whether the role has the privileges of the roles that it is a member of.';
