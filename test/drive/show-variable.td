# Variables are shown under their names, old spellings too.
> SHOW database
materialize
> SHOW search_path
public
> SHOW TIME ZONE
UTC
> SHOW transaction_isolation
read committed
> SHOW cluster
quickstart
> SHOW server_version
16.6
! SHOW nonsense
code: 42704
