# Privileges: what is granted can be used, and nothing else can.
> CREATE ROLE r LOGIN
> CREATE SECRET p AS 'x'
> CREATE CONNECTION t TO SSH TUNNEL (HOST '127.0.0.1', PORT 1, USER 'u')
> GRANT USAGE ON CONNECTION t TO r
> GRANT USAGE ON SECRET p TO r, PUBLIC
> SELECT privileges FROM mz_secrets
> SELECT privileges FROM mz_connections
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
@two
! VALIDATE CONNECTION t
code: 42501
contains: permission denied for connection "materialize.public.t"
@main
> GRANT CREATEDB ON SYSTEM TO r
> SELECT privileges FROM mz_system_privileges ORDER BY 1
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
> SELECT event_type, object_type FROM mz_audit_events WHERE event_type IN ('grant', 'revoke') ORDER BY id
