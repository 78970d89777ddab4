# An owner's rights go with the object.
> CREATE ROLE r LOGIN
> CREATE SECRET p AS 'x'
> ALTER SECRET p OWNER TO r
> SELECT owner_id, privileges FROM mz_secrets
u2 | {u2=U/u2}
! ALTER SECRET p OWNER TO nobody
code: 42704
> ALTER SCHEMA public OWNER TO r
> ALTER DATABASE materialize OWNER TO r
> SELECT owner_id FROM mz_schemas WHERE name = 'public'
u2
@two r
! ALTER SECRET p OWNER TO materialize
code: 42501
contains: must be a member of role "materialize"
