-- Filled by GRANT … ON SYSTEM.
CREATE VIEW mz_catalog.mz_system_privileges AS
SELECT privileges
FROM mirror.system_privileges;

COMMENT ON VIEW mz_catalog.mz_system_privileges IS 'One row for each privilege on the system as a whole.';
COMMENT ON COLUMN mz_catalog.mz_system_privileges.privileges IS 'The privileges of one role, as grantee=letters/grantor.';
