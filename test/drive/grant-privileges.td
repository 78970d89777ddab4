# Privileges: what is granted can be used, and nothing else can.
> CREATE ROLE r LOGIN
> CREATE SECRET p AS 'x'
> CREATE CONNECTION t TO SSH TUNNEL (HOST '127.0.0.1', PORT 1, USER 'u')
> GRANT USAGE ON CONNECTION t TO r
> GRANT USAGE ON SECRET p TO r, PUBLIC
> SELECT privileges FROM mz_secrets
{u1=U/u1,u2=U/u1,=U/u1}
> SELECT privileges FROM mz_connections
{u1=U/u1,u2=U/u1}
@two r
! CREATE CONNECTION c TO POSTGRES (HOST 'db', DATABASE 'd', USER 'u', PASSWORD SECRET p, SSH TUNNEL t) WITH (VALIDATE = false)
code: 42501
detail: needs CREATE privileges on schema
! ALTER CONNECTION t SET (PORT = 2)
code: 42501
contains: must be owner of connection materialize.public.t
! ALTER CONNECTION t ROTATE KEYS
code: 42501
! VALIDATE CONNECTION t
code: 08001
@main
> GRANT CREATE ON SCHEMA public TO r
@two
> CREATE CONNECTION c TO POSTGRES (HOST 'db', DATABASE 'd', USER 'u', PASSWORD SECRET p, SSH TUNNEL t) WITH (VALIDATE = false)
@main
> REVOKE USAGE ON CONNECTION t FROM r
> REVOKE USAGE ON SECRET p FROM PUBLIC
> SELECT privileges FROM mz_connections ORDER BY id
{u1=U/u1}
{u2=U/u2}
@two
! VALIDATE CONNECTION t
code: 42501
contains: permission denied for connection "materialize.public.t"
@main
> GRANT CREATEDB ON SYSTEM TO r
> SELECT privileges FROM mz_system_privileges ORDER BY 1
u1=RBNP/s1
u2=B/s1
@two
> CREATE DATABASE mine
@main
! GRANT SELECT ON CONNECTION t TO r
code: 0LP01
! GRANT USAGE ON t TO r
code: 42809
hint: ON CONNECTION
! GRANT USAGE ON CONNECTION t TO nobody
code: 42704
> GRANT USAGE ON ALL CONNECTIONS IN SCHEMA public TO r
> SELECT name, privileges FROM mz_connections ORDER BY id
t | {u1=U/u1,u2=U/u1}
c | {u2=U/u2}
# Whoever may say where a connection goes needs the secrets that it takes there.
> REVOKE ALL ON SECRET p FROM r, PUBLIC
> GRANT USAGE ON CONNECTION t TO r
> ALTER SECRET p OWNER TO materialize
@two
! ALTER CONNECTION c SET (HOST = 'thief')
code: 42501
contains: permission denied for secret "materialize.public.p"
# An owner without USAGE cannot alter, and can take it back.
> REVOKE USAGE ON CONNECTION c FROM r
! ALTER CONNECTION c RENAME TO d
code: 42501
! ALTER CONNECTION c OWNER TO r
code: 42501
> COMMENT ON CONNECTION c IS 'still mine'
> GRANT USAGE ON CONNECTION c TO r
> ALTER CONNECTION c RENAME TO d
# Without the place's USAGE nothing in it is anybody's but its name.
@main
> REVOKE ALL ON SCHEMA public FROM r, PUBLIC
@two
! ALTER CONNECTION d RENAME TO c
code: 42501
contains: permission denied for schema "public"
! VALIDATE CONNECTION t
code: 42501
contains: permission denied for schema "public"
> SELECT name FROM mz_connections ORDER BY id
t
d
! GRANT USAGE ON CONNECTION t TO PUBLIC
code: 42501
@main
> SELECT event_type, object_type, details - 'id' FROM mz_audit_events WHERE event_type IN ('grant', 'revoke') ORDER BY id
grant | connection | {"item": "t", "type": "ssh-tunnel", "schema": "public", "database": "materialize", "grantees": ["r"], "privileges": ["USAGE"]}
grant | secret | {"item": "p", "schema": "public", "database": "materialize", "grantees": ["r", "public"], "privileges": ["USAGE"]}
grant | schema | {"schema": "public", "database": "materialize", "grantees": ["r"], "privileges": ["CREATE"]}
revoke | connection | {"item": "t", "type": "ssh-tunnel", "schema": "public", "database": "materialize", "grantees": ["r"], "privileges": ["USAGE"]}
revoke | secret | {"item": "p", "schema": "public", "database": "materialize", "grantees": ["public"], "privileges": ["USAGE"]}
grant | system | {"grantees": ["r"], "privileges": ["CREATEDB"]}
grant | connection | {"item": "t", "type": "ssh-tunnel", "schema": "public", "database": "materialize", "grantees": ["r"], "privileges": ["USAGE"]}
grant | connection | {"item": "c", "type": "postgres", "schema": "public", "database": "materialize", "grantees": ["r"], "privileges": ["USAGE"]}
revoke | secret | {"item": "p", "schema": "public", "database": "materialize", "grantees": ["r", "public"], "privileges": ["USAGE"]}
grant | connection | {"item": "t", "type": "ssh-tunnel", "schema": "public", "database": "materialize", "grantees": ["r"], "privileges": ["USAGE"]}
revoke | connection | {"item": "c", "type": "postgres", "schema": "public", "database": "materialize", "grantees": ["r"], "privileges": ["USAGE"]}
grant | connection | {"item": "c", "type": "postgres", "schema": "public", "database": "materialize", "grantees": ["r"], "privileges": ["USAGE"]}
revoke | schema | {"schema": "public", "database": "materialize", "grantees": ["r", "public"], "privileges": ["USAGE", "CREATE"]}
