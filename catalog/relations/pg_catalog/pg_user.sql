-- The roles of the catalog that may log in. Same columns as PostgreSQL 16.
CREATE OR REPLACE VIEW pg_catalog.pg_user AS
SELECT
  role.rolname AS usename,
  role.oid AS usesysid,
  role.rolcreatedb AS usecreatedb,
  role.rolsuper AS usesuper,
  false AS userepl,
  role.rolbypassrls AS usebypassrls,
  '********'::text AS passwd,
  NULL::timestamptz AS valuntil,
  role.rolconfig AS useconfig
FROM pg_catalog.pg_roles AS role
WHERE role.rolcanlogin;
