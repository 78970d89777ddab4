# All that a role owns, at once.
> CREATE ROLE old
> CREATE ROLE new
> CREATE SECRET p AS 'x'
> CREATE SCHEMA s
> ALTER SECRET p OWNER TO old
> ALTER SCHEMA s OWNER TO old
! DROP ROLE old
code: 2BP01
detail: owner of
> REASSIGN OWNED BY old TO new
> SELECT r.name FROM mz_secrets s JOIN mz_roles r ON r.id = s.owner_id
new
> DROP ROLE old
