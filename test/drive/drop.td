# What others depend on stays, unless they go too.
> CREATE CONNECTION t TO SSH TUNNEL (HOST 'h', USER 'u')
> CREATE SECRET p AS 'x'
> CREATE CONNECTION pg TO POSTGRES (HOST 'db', DATABASE 'd', USER 'u', PASSWORD SECRET p, SSH TUNNEL t) WITH (VALIDATE = false)
! DROP CONNECTION t
code: 2BP01
contains: cannot drop connection "t": still depended upon by connection "pg"
detail: materialize.public.pg
hint: CASCADE
! DROP SECRET p
code: 2BP01
! DROP SECRET t
code: 42809
contains: t is a connection not a secret
> DROP CONNECTION IF EXISTS gone
notice: does not exist, skipping
! DROP CONNECTION gone
code: 42704
> DROP CONNECTION t CASCADE
notice: drop cascades to connection pg
> SHOW CONNECTIONS
> CREATE SCHEMA s
> CREATE SECRET s.x AS '1'
! DROP SCHEMA s
code: 2BP01
contains: cannot be dropped without CASCADE while it contains objects
> DROP SCHEMA s CASCADE
> CREATE DATABASE d
! DROP DATABASE d RESTRICT
code: 2BP01
> DROP DATABASE d
! DROP SCHEMA mz_catalog
code: 42501
contains: required by the database system
> CREATE ROLE r
> DROP ROLE r
> SELECT event_type, object_type FROM mz_audit_events WHERE event_type = 'drop' ORDER BY id
drop | connection
drop | connection
drop | secret
drop | schema
drop | schema
drop | database
drop | role
> CREATE SECRET after AS 'x'

server.restart

> SELECT id, name FROM mz_secrets ORDER BY id
u2 | p
u5 | after
