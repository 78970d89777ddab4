-- Whether a session may SET ROLE was decided by the catalog. The engine, where nobody is a superuser, lets members alone: the session's
-- role is made one for the moment of the engine's own SET ROLE. Both ends are in one transaction, so nobody sees it.
CREATE FUNCTION mirror.lend_role(role_name name, member_name name) RETURNS void LANGUAGE sql VOLATILE
BEGIN ATOMIC
  INSERT INTO pg_catalog.pg_auth_members (oid, roleid, member, grantor, admin_option, inherit_option, set_option)
  SELECT 999999999, role.oid, member.oid, 10, false, false, true
  FROM pg_catalog.pg_authid AS role, pg_catalog.pg_authid AS member
  WHERE role.rolname = role_name AND member.rolname = member_name
    AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_auth_members AS known
      WHERE known.roleid = role.oid AND known.member = member.oid AND known.grantor = 10
    );
END;

CREATE FUNCTION mirror.take_role_back() RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER
BEGIN ATOMIC
  DELETE FROM pg_catalog.pg_auth_members WHERE oid = 999999999;
END;
