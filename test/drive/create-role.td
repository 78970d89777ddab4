# Roles: attributes, reserved names, passwords that nobody reads back.
> CREATE ROLE reader
> CREATE ROLE writer LOGIN PASSWORD 'correct horse' SUPERUSER
> CREATE ROLE IF NOT EXISTS reader
notice: already exists, skipping
! CREATE ROLE reader
code: 42710
! CREATE ROLE public
code: 42939
! CREATE ROLE mz_mine
code: 42939
! ALTER ROLE reader RENAME TO pg_mine
code: 42939
! ALTER ROLE mz_system LOGIN
code: 42939
! GRANT mz_system TO reader
code: 42939
! ALTER ROLE materialize NOSUPERUSER
code: 42501
! ALTER ROLE materialize RENAME TO root
code: 42501
! CREATE ROLE x CREATEDB
code: 0A000
hint: GRANT CREATEDB ON SYSTEM
> SELECT r.name, r.inherit, p.rolsuper, p.rolcanlogin FROM mz_roles r JOIN pg_roles p ON p.rolname = r.name WHERE r.name IN ('reader', 'writer') ORDER BY r.name
reader | t | f | f
writer | t | t | t
> SELECT event_type, details ->> 'name', details ->> 'password' FROM mz_audit_events WHERE object_type = 'role' ORDER BY id
create | reader | <null>
create | writer | set

server.restart

> SHOW ROLES
materialize | 
reader | 
writer | 
