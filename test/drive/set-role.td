# Another role's rights, for those who are members of it.
> CREATE ROLE boss
> CREATE ROLE worker LOGIN
> GRANT boss TO worker
> CREATE ROLE stranger
@two worker
> SET ROLE boss
> SELECT current_user, session_user
boss | worker
> RESET ROLE
> SELECT current_user
worker
! SET ROLE stranger
code: 42501
! SET ROLE nobody
code: 42704
# SET ROLE ends with a transaction that rolls back, and SET LOCAL ROLE with any; RESET ALL leaves it.
> BEGIN
> SET ROLE boss
> ROLLBACK
> SELECT current_user
worker
> BEGIN
> SET LOCAL ROLE boss
> SELECT current_user
boss
> COMMIT
> SELECT current_user
worker
> SET ROLE boss
> RESET ALL
> SELECT current_user
boss
> DISCARD ALL
> SELECT current_user
worker
# Rights are those of the role that logged in: becoming another role is no way to a third one.
> SET SESSION AUTHORIZATION worker
! SET SESSION AUTHORIZATION boss
code: 42501
@main
> SET ROLE worker
> SHOW is_superuser
off
! CREATE ROLE x
code: 42501
> SET ROLE stranger
> RESET ROLE
> SHOW is_superuser
on
# What a transaction did as one role stays that role's, whoever it is at the end.
> GRANT CREATE ON SCHEMA public TO boss
@two
> BEGIN
> SET ROLE boss
> CREATE SECRET bosses AS 'x'
> RESET ROLE
@main
> CREATE SECRET meanwhile AS 'x'
@two
> COMMIT
> SELECT s.name, r.name FROM mz_secrets s JOIN mz_roles r ON r.id = s.owner_id ORDER BY 1
bosses | boss
meanwhile | materialize
> SELECT "user", details ->> 'current_role' FROM mz_audit_events WHERE object_type = 'secret' ORDER BY id
materialize | <null>
worker | boss
# SET SESSION AUTHORIZATION puts another role in the place of the one that logged in, and ends SET ROLE.
@main
> SET ROLE boss
> SHOW role
boss
> SET SESSION AUTHORIZATION worker
> SELECT current_user, session_user
worker | worker
> SHOW session_authorization
worker
> SHOW role
none
> SHOW is_superuser
off
! CREATE ROLE another
code: 42501
> SET ROLE boss
> SELECT current_user, session_user
boss | worker
! SET ROLE stranger
code: 42501
# What counts for SET SESSION AUTHORIZATION itself is who logged in.
> SET SESSION AUTHORIZATION stranger
> SELECT current_user, session_user
stranger | stranger
> RESET SESSION AUTHORIZATION
> SELECT current_user = session_user
t
> SHOW is_superuser
on
# It is undone with its transaction, and SET LOCAL ends with any.
> BEGIN
> SET SESSION AUTHORIZATION worker
> ROLLBACK
> SHOW session_authorization
materialize
> BEGIN
> SET LOCAL SESSION AUTHORIZATION worker
> SELECT session_user
worker
> COMMIT
> SELECT session_user
materialize
> SET SESSION AUTHORIZATION worker
> DISCARD ALL
> SHOW session_authorization
materialize

# A superuser may become any role, and reads as it, also one that its transaction has just made.

@three
> SET ROLE stranger

> SELECT current_user, session_user, mz_is_superuser()
stranger | materialize | f

> SELECT count(*) FROM pg_auth_members WHERE oid = 999999999
0

> RESET ROLE

> BEGIN

> CREATE ROLE newcomer

> SET ROLE newcomer

> SELECT current_user, session_user
newcomer | materialize

> ROLLBACK
