# A database comes with its schema public, and its name is taken once.
> CREATE DATABASE d
> SELECT d.id, d.name, s.name FROM mz_databases d JOIN mz_schemas s ON s.database_id = d.id WHERE d.name = 'd'
u2 | d | public
> CREATE DATABASE IF NOT EXISTS d
notice: already exists, skipping
! CREATE DATABASE d
code: 42P04
contains: database "d" already exists
position: 17
! CREATE DATABASE a.b
code: 42601
contains: does not have exactly one component
> SELECT event_type, object_type, details ->> 'name' FROM mz_audit_events WHERE object_type = 'database'
create | database | d

server.restart

> SHOW DATABASES
d | 
materialize | 
