# DDL in a transaction is all or nothing, and seen by itself only until then.
> BEGIN
> CREATE SECRET one AS 'x'
> SELECT name FROM mz_secrets
one
@two
> SELECT name FROM mz_secrets
@main
> ROLLBACK
> SELECT name FROM mz_secrets
> BEGIN ISOLATION LEVEL SERIALIZABLE
> SHOW transaction_isolation
serializable
> CREATE SECRET two AS 'x'
> CREATE CONNECTION c TO SSH TUNNEL (HOST 'h', USER 'u')
@two
> CREATE SECRET three AS 'x'
@main
> COMMIT
> SELECT name FROM mz_objects WHERE id LIKE 'u%' ORDER BY name
c
three
two
> BEGIN
! SELECT 1/0
code: 22012
! SELECT 1
code: 25P02
> ROLLBACK
> BEGIN
> CREATE SECRET four AS 'x'
@two
> CREATE SECRET four AS 'y'
@main
! COMMIT
code: 40001
> BEGIN READ ONLY
! CREATE SECRET five AS 'x'
code: 25006
> ROLLBACK
! SAVEPOINT s
code: 0A000
