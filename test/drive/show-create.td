# The definition as it is stored: three-part names and a semicolon.
> CREATE CONNECTION t TO SSH TUNNEL (HOST 'h', USER 'u',)
> SHOW CREATE CONNECTION t
materialize.public.t | CREATE CONNECTION materialize.public.t TO SSH TUNNEL (HOST = 'h', USER = 'u');
> SHOW REDACTED CREATE CONNECTION materialize.public.t
materialize.public.t | CREATE CONNECTION materialize.public.t TO SSH TUNNEL (HOST = 'h', USER = 'u');
! SHOW CREATE CONNECTION gone
code: 42704
> CREATE SECRET p AS 'x'
! SHOW CREATE CONNECTION p
code: 42809
