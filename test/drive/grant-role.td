# Membership carries privileges, and has no circles.
> CREATE ROLE a
> CREATE ROLE b LOGIN
> GRANT a TO b
> GRANT a TO b
notice: already a member
> SELECT r.name, m.name FROM mz_role_members x JOIN mz_roles r ON r.id = x.role_id JOIN mz_roles m ON m.id = x.member
a | b
! GRANT b TO a
code: 0LP01
contains: is a member of role
! GRANT a TO a
code: 0LP01
> CREATE SECRET p AS 'x'
> ALTER SECRET p OWNER TO a
@two b
> ALTER SECRET p AS 'y'
@main
> REVOKE a FROM b
@two
! ALTER SECRET p AS 'z'
code: 42501
