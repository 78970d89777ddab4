# A statement under a name.
> PREPARE p(int) AS SELECT $1 + 1
> EXECUTE p(41)
42
> PREPARE q AS SHOW CONNECTIONS
> EXECUTE q
! PREPARE p AS SELECT 1
code: 42P05
! PREPARE x AS SELECT nosuch
code: 42703
