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
code: 25P01
contains: SAVEPOINT can only be used in transaction blocks
! ROLLBACK TO s
code: 25P01

# Savepoints undo what came after them: changes, settings and failures.
> BEGIN
> CREATE SECRET kept AS 'x'
> SET application_name = 'before'
> SAVEPOINT one
> CREATE SECRET undone AS 'x'
> SET application_name = 'after'
> SAVEPOINT two
! CREATE SECRET kept AS 'y'
code: 42710
! SAVEPOINT three
code: 25P02
! RELEASE two
code: 25P02
> ROLLBACK TO SAVEPOINT two
> SHOW application_name
after
> SELECT name FROM mz_secrets WHERE name IN ('kept', 'undone') ORDER BY name
kept
undone
> ROLLBACK TO one
> SHOW application_name
before
> SELECT name FROM mz_secrets WHERE name IN ('kept', 'undone')
kept
> CREATE SECRET undone AS 'this time it stays'
! ROLLBACK TO two
code: 3B001
contains: savepoint "two" does not exist
> ROLLBACK TO one
> CREATE SECRET last AS 'x'
> RELEASE one
! RELEASE one
code: 3B001
> ROLLBACK
> SELECT name FROM mz_secrets WHERE name IN ('kept', 'undone', 'last')

# A name may be given twice: the inner one hides the outer one. Another's commit in between changes nothing.
> BEGIN
> SAVEPOINT same
> CREATE SECRET outer1 AS 'x'
> SAVEPOINT same
> CREATE SECRET inner1 AS 'x'
@two
> CREATE SECRET other1 AS 'x'
@main
> ROLLBACK TO same
> RELEASE same
> CREATE SECRET inner2 AS 'x'
> SELECT name FROM mz_secrets WHERE name SIMILAR TO '(outer|inner|other)_' ORDER BY name
inner2
other1
outer1
> COMMIT
> SELECT name FROM mz_secrets WHERE name SIMILAR TO '(outer|inner|other)_' ORDER BY name
inner2
other1
outer1
> SELECT count(*) FROM mz_audit_events WHERE details->>'name' = 'inner1'
0

# What was set is undone to the start of the transaction when it fails in the end.
> SET application_name = 'outside'
> BEGIN
> SET application_name = 'inside'
> SAVEPOINT s
! SELECT 1/0
code: 22012
> ROLLBACK TO s
> SHOW application_name
inside
> ROLLBACK
> SHOW application_name
outside
