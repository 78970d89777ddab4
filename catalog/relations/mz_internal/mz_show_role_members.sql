-- Behind SHOW ROLE MEMBERSHIP.
CREATE VIEW mz_internal.mz_show_role_members AS
SELECT role.name AS role, member.name AS member, grantor.name AS grantor
FROM mirror.role_members AS membership
JOIN mirror.roles AS role ON role.id = membership.role_id
JOIN mirror.roles AS member ON member.id = membership.member_id
JOIN mirror.roles AS grantor ON grantor.id = membership.grantor_id;

COMMENT ON VIEW mz_internal.mz_show_role_members IS 'What SHOW ROLE MEMBERSHIP lists.';
COMMENT ON COLUMN mz_internal.mz_show_role_members.role IS 'The role that is granted.';
COMMENT ON COLUMN mz_internal.mz_show_role_members.member IS 'The role that is a member of it.';
COMMENT ON COLUMN mz_internal.mz_show_role_members.grantor IS 'The role that granted it.';
