# Tables come from sources, and there are none.
! CREATE TABLE t FROM SOURCE s (REFERENCE public.t)
code: 42704
contains: unknown catalog item 's'
