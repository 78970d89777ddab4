-- The roles of the catalog and no others. Same columns as PostgreSQL 16.
CREATE OR REPLACE VIEW pg_catalog.pg_roles AS
SELECT
  role.name::name COLLATE "C" AS rolname,
  role.superuser AS rolsuper,
  role.inherit AS rolinherit,
  role.superuser OR mirror.has_system_privilege(role.id, 'R') AS rolcreaterole,
  role.superuser OR mirror.has_system_privilege(role.id, 'B') AS rolcreatedb,
  role.login AS rolcanlogin,
  false AS rolreplication,
  -1 AS rolconnlimit,
  '********'::text AS rolpassword,
  NULL::timestamptz AS rolvaliduntil,
  role.superuser AS rolbypassrls,
  (SELECT setting.setconfig FROM pg_catalog.pg_db_role_setting AS setting
   WHERE setting.setdatabase = 0 AND setting.setrole = mirror.role_oid(role.id)) AS rolconfig,
  mirror.role_oid(role.id) AS oid
FROM mirror.roles AS role;
