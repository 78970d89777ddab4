# A session as new.
> SET application_name = 'x'
> PREPARE p AS SELECT 1
> DISCARD ALL
! EXECUTE p
code: 26000
> SHOW search_path
public
> BEGIN
! DISCARD ALL
code: 25001
> ROLLBACK
# What asyncpg's pool says of a connection that comes back; nobody can hold a lock.
> SELECT pg_advisory_unlock_all()::text = ''
t
! SELECT pg_advisory_lock(1)
code: 42501
> UNLISTEN *
> UNLISTEN channel
! LISTEN channel
code: 0A000
