# What a role is, and the defaults of its sessions.
> CREATE ROLE app LOGIN
> ALTER ROLE app SUPERUSER
> ALTER ROLE app SET search_path = 'special', public
> ALTER ROLE app WITH PASSWORD 'secret'
> SELECT rolsuper, rolcanlogin FROM pg_roles WHERE rolname = 'app'
t | t
@two app
> SHOW search_path
special, public
@main
> ALTER ROLE app RESET search_path
> ALTER ROLE app NOLOGIN NOSUPERUSER
> SELECT rolsuper, rolcanlogin FROM pg_roles WHERE rolname = 'app'
f | f
! ALTER ROLE app SET nonsense = 1
code: 42704
contains: unrecognized configuration parameter "nonsense"
! ALTER ROLE nobody LOGIN
code: 42704
contains: unknown role 'nobody'
