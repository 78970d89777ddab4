# What was prepared runs with what it is given.
> PREPARE p(text) AS SELECT upper($1)
> EXECUTE p('it''s')
IT'S
> EXECUTE p(NULL)
<null>
! EXECUTE p
code: 42601
detail: Expected 1 parameters but got 0
! EXECUTE gone
code: 26000
