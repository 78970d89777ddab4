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
