# Settings of the whole server outlive it.
> ALTER SYSTEM SET ssh_host_key_policy = 'strict'
> SHOW ssh_host_key_policy
strict
! ALTER SYSTEM SET ssh_host_key_policy = 'maybe'
code: 22023
! ALTER SYSTEM SET nonsense = 1
code: 42704
> BEGIN
! ALTER SYSTEM RESET ALL
code: 25001
> ROLLBACK

server.restart

> SHOW ssh_host_key_policy
strict
> ALTER SYSTEM RESET ssh_host_key_policy
@two
> SHOW ssh_host_key_policy
accept-new
