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
@main
> ALTER DEFAULT PRIVILEGES IN DATABASE materialize GRANT USAGE, CREATE ON SCHEMAS TO r
> ALTER DEFAULT PRIVILEGES IN DATABASE materialize GRANT USAGE ON SECRETS TO r
> CREATE SCHEMA s
> CREATE SECRET s.q AS 'x'
> CREATE DATABASE elsewhere
> CREATE SCHEMA elsewhere.s
> SELECT d.name, s.name, s.privileges FROM mz_schemas s JOIN mz_databases d ON d.id = s.database_id WHERE s.name = 's' ORDER BY 1
elsewhere | s | {u1=UC/u1}
materialize | s | {u1=UC/u1,u2=UC/u1}
> SELECT privileges FROM mz_secrets WHERE name = 'q'
{u1=U/u1,u2=U/u1}
! ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SCHEMAS TO r
code: 0LP01
! ALTER DEFAULT PRIVILEGES IN DATABASE materialize GRANT USAGE ON DATABASES TO r
code: 0LP01
> DROP SCHEMA s CASCADE
! DROP ROLE r
code: 2BP01
detail: default privileges
> DROP OWNED BY r
> DROP ROLE r
> SELECT event_type, details ->> 'object_type', details -> 'creators', details -> 'grantees', details -> 'privileges' FROM mz_audit_events WHERE object_type = 'default-privilege' ORDER BY id
grant | connection | ["PUBLIC"] | ["r"] | ["USAGE"]
grant | secret | ["materialize"] | ["public"] | ["USAGE"]
revoke | connection | ["PUBLIC"] | ["r"] | ["USAGE"]
grant | schema | ["materialize"] | ["r"] | ["USAGE", "CREATE"]
grant | secret | ["materialize"] | ["r"] | ["USAGE"]
