# What is made later comes with them.
> CREATE ROLE r
> CREATE ROLE maker LOGIN
> ALTER DEFAULT PRIVILEGES FOR ALL ROLES GRANT USAGE ON CONNECTIONS TO r
> ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SECRETS TO PUBLIC
> CREATE SECRET p AS 'x'
> CREATE CONNECTION t TO SSH TUNNEL (HOST 'h', USER 'u')
> SELECT privileges FROM mz_secrets
{u1=U/u1,=U/u1}
> SELECT privileges FROM mz_connections
{u1=U/u1,u2=U/u1}
> SELECT role_id, object_type, grantee, privileges FROM mz_default_privileges ORDER BY object_type
p | connection | u2 | U
u1 | secret | p | U
> ALTER DEFAULT PRIVILEGES FOR ALL ROLES REVOKE USAGE ON CONNECTIONS FROM r
> CREATE CONNECTION u TO SSH TUNNEL (HOST 'h', USER 'u')
> SELECT privileges FROM mz_connections WHERE name = 'u'
{u1=U/u1}
@two maker
! ALTER DEFAULT PRIVILEGES FOR ROLE materialize GRANT USAGE ON SECRETS TO maker
code: 42501
