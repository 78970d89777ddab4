# A new name is followed by everything that uses it.
> CREATE CONNECTION t TO SSH TUNNEL (HOST 'h', USER 'u')
> CREATE SECRET p AS 'x'
> CREATE CONNECTION pg TO POSTGRES (HOST 'db', DATABASE 'd', USER 'u', PASSWORD SECRET p, SSH TUNNEL t) WITH (VALIDATE = false)
$key <- SELECT public_key_1 FROM mz_ssh_tunnel_connections
> ALTER CONNECTION t RENAME TO "T 2"
> ALTER SECRET p RENAME TO pass
> SHOW CREATE CONNECTION pg
materialize.public.pg | CREATE CONNECTION materialize.public.pg TO POSTGRES (HOST = 'db', DATABASE = 'd', USER = 'u', PASSWORD = SECRET materialize.public.pass, SSH TUNNEL = materialize.public."T 2");
> ALTER SCHEMA public RENAME TO main
> ALTER DATABASE materialize RENAME TO mz
> SELECT create_sql FROM mz_connections ORDER BY id
CREATE CONNECTION mz.main."T 2" TO SSH TUNNEL (HOST = 'h', USER = 'u')
CREATE CONNECTION mz.main.pg TO POSTGRES (HOST = 'db', DATABASE = 'd', USER = 'u', PASSWORD = SECRET mz.main.pass, SSH TUNNEL = mz.main."T 2")
> SELECT public_key_1 = '${key}' FROM mz_ssh_tunnel_connections
t
> CREATE ROLE r
> ALTER ROLE r RENAME TO q
! ALTER SECRET mz.main.pass RENAME TO pg
code: 42710
! ALTER CONNECTION gone RENAME TO x
code: 42704
> SELECT name FROM mz_roles WHERE id LIKE 'u%' ORDER BY id
materialize
q
