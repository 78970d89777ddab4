# A new value, the same secret.
> CREATE SECRET s AS 'one'
> ALTER SECRET s AS 'two'
> SELECT id, name FROM mz_secrets
u1 | s
> ALTER SECRET IF EXISTS gone AS 'x'
notice: does not exist, skipping
! ALTER SECRET gone AS 'x'
code: 42704
contains: unknown catalog item 'gone'
> SELECT event_type, details ->> 'item' FROM mz_audit_events ORDER BY id
create | s
alter | s
