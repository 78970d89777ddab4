-- Filled by GRANT role TO role.
CREATE VIEW mz_catalog.mz_role_members AS
SELECT role_id, member_id AS member, grantor_id AS grantor
FROM mirror.role_members;

COMMENT ON VIEW mz_catalog.mz_role_members IS 'One row for each membership of a role in a role.';
COMMENT ON COLUMN mz_catalog.mz_role_members.role_id IS 'The ID of the role that is granted.';
COMMENT ON COLUMN mz_catalog.mz_role_members.member IS 'The ID of the role that is a member of it.';
COMMENT ON COLUMN mz_catalog.mz_role_members.grantor IS 'The ID of the role that granted it.';
