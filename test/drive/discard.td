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
> UNLISTEN *
> UNLISTEN channel
! LISTEN channel
code: 0A000
