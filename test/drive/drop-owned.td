# What a role owns goes, and what it was granted.
> CREATE ROLE r
> CREATE SECRET p AS 'x'
> ALTER SECRET p OWNER TO r
> CREATE SECRET q AS 'x'
> GRANT USAGE ON SECRET q TO r
> GRANT CREATEDB ON SYSTEM TO r
> DROP OWNED BY r
> SELECT name, privileges FROM mz_secrets
q | {u1=U/u1}
> DROP ROLE r
