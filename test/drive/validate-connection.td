# Each hop is tried; the one that fails is named.
> CREATE CONNECTION t TO SSH TUNNEL (HOST '127.0.0.1', PORT 1, USER 'u')
! VALIDATE CONNECTION t
code: 08001
contains: connection refused
detail: bastion.connect
> CREATE SECRET p AS 'x'
! VALIDATE CONNECTION p
code: 42809
! VALIDATE CONNECTION gone
code: 42704
