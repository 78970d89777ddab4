# Membership carries privileges, and has no circles.
> CREATE ROLE a
> CREATE ROLE b LOGIN
> GRANT a TO b
> GRANT a TO b
notice: already a member
> SELECT r.name, m.name FROM mz_role_members x JOIN mz_roles r ON r.id = x.role_id JOIN mz_roles m ON m.id = x.member
a | b
! GRANT b TO a
code: 0LP01
contains: is a member of role
! GRANT a TO a
code: 0LP01
> CREATE SECRET p AS 'x'
> ALTER SECRET p OWNER TO a
@two b
> ALTER SECRET p AS 'y'
@main
> REVOKE a FROM b
@two
! ALTER SECRET p AS 'z'
code: 42501
# Who may make roles may not make themselves a superuser, by whatever way.
@main
> CREATE ROLE root SUPERUSER
> CREATE ROLE admins
> CREATE ROLE manager LOGIN
> GRANT root TO admins
> GRANT CREATEROLE ON SYSTEM TO manager
@three manager
> CREATE ROLE team
> GRANT team TO manager
! GRANT root TO manager
code: 42501
! GRANT admins TO manager
code: 42501
contains: permission denied to grant role "admins"
detail: only superusers
! REVOKE root FROM admins
code: 42501
! ALTER ROLE admins WITH LOGIN PASSWORD 'mine now'
code: 42501
! ALTER ROLE admins RENAME TO others
code: 42501
! COMMENT ON ROLE admins IS 'mine'
code: 42501
! DROP ROLE admins
code: 42501
! ALTER ROLE manager SUPERUSER
code: 42501
! CREATE ROLE other SUPERUSER
code: 42501
! SET ROLE admins
code: 42501
! GRANT CREATEDB ON SYSTEM TO manager
code: 42501
> DROP ROLE team
# Clients ask for PostgreSQL's predefined roles by name: only a superuser has what they give.
> SELECT pg_has_role('pg_read_all_stats', 'USAGE'), pg_has_role('manager', 'pg_monitor', 'MEMBER')
f | f
! SELECT pg_has_role('pg_nothing', 'USAGE')
code: 42704
@main
> SELECT pg_has_role('pg_read_all_stats', 'USAGE'), pg_has_role('manager', 'pg_monitor', 'MEMBER')
t | f
