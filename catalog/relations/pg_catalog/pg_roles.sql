-- The roles of the catalog and no others. Same columns as PostgreSQL 16.
CREATE OR REPLACE VIEW pg_catalog.pg_roles AS
SELECT
  role.name::name COLLATE "C" AS rolname,
  role.superuser AS rolsuper,
  role.inherit AS rolinherit,
  role.superuser OR position('R' IN coalesce(granted.letters, '')) > 0 AS rolcreaterole,
  role.superuser OR position('B' IN coalesce(granted.letters, '')) > 0 AS rolcreatedb,
  role.login AS rolcanlogin,
  false AS rolreplication,
  -1 AS rolconnlimit,
  '********'::text AS rolpassword,
  NULL::timestamptz AS rolvaliduntil,
  role.superuser AS rolbypassrls,
  setting.setconfig AS rolconfig,
  CASE role.id WHEN 's1' THEN 10::oid ELSE role.oid END AS oid
FROM mirror.roles AS role
LEFT JOIN (
  SELECT split_part(privileges, '=', 1) AS role_id, string_agg(split_part(split_part(privileges, '=', 2), '/', 1), '') AS letters
  FROM mirror.system_privileges
  GROUP BY 1
) AS granted ON granted.role_id = role.id
LEFT JOIN pg_catalog.pg_db_role_setting AS setting
  ON setting.setdatabase = 0 AND setting.setrole = CASE role.id WHEN 's1' THEN 10::oid ELSE role.oid END;
