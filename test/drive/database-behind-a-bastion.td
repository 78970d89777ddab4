# The way to a database is tried before the connection is stored; each hop that fails is named.
> CREATE CONNECTION t TO SSH TUNNEL (HOST '${bastion.host}', USER '${bastion.user}', PORT ${bastion.port})
$key1 <- SELECT public_key_1 FROM mz_ssh_tunnel_connections
> CREATE SECRET pgpass AS '${db.password}'
> CREATE SECRET wrong AS 'open sesame'

! CREATE CONNECTION pg TO POSTGRES (HOST '${db.host}', USER '${db.user}', PASSWORD SECRET pgpass, DATABASE '${db.database}',
    SSL MODE 'require', SSH TUNNEL t)
code: 28000

bastion.install ${key1}

# At once: what failed a moment ago holds up no check that somebody waits for.
> CREATE CONNECTION pg TO POSTGRES (HOST '${db.host}', USER '${db.user}', PASSWORD SECRET pgpass, DATABASE '${db.database}',
    SSL MODE 'require', SSH TUNNEL t)
> VALIDATE CONNECTION pg
notice: connection "pg" works
> SELECT name, type FROM mz_connections
t | ssh-tunnel
pg | postgres

# The name is known on the bastion's side only.
! CREATE CONNECTION direct TO POSTGRES (HOST '${db.host}', USER '${db.user}', DATABASE '${db.database}')
code: 08001
contains: ${db.host}
! CREATE CONNECTION nowhere TO POSTGRES (HOST 'no.such.host', USER 'app', DATABASE 'app', SSH TUNNEL t)
code: 08004
contains: no.such.host
! CREATE CONNECTION elsewhere TO POSTGRES (HOST '${db.host}', PORT 1, USER 'app', DATABASE 'app', SSH TUNNEL t)
code: 08004
! CREATE CONNECTION locked TO POSTGRES (HOST '${db.host}', USER '${db.user}', PASSWORD SECRET wrong, DATABASE '${db.database}',
    SSL MODE 'require', SSH TUNNEL t)
code: 28P01
! CREATE CONNECTION other TO POSTGRES (HOST '${db.host}', USER '${db.user}', PASSWORD SECRET pgpass, DATABASE 'missing',
    SSL MODE 'require', SSH TUNNEL t)
code: 3D000
contains: missing

# None of them was stored; one that is not to be checked is.
> SELECT count(*) FROM mz_connections
2
> CREATE CONNECTION later TO POSTGRES (HOST 'no.such.host', USER 'app', DATABASE 'app', SSH TUNNEL t) WITH (VALIDATE = false)
> SELECT count(*) FROM mz_connections
3

! DROP CONNECTION t
code: 2BP01
contains: still depended upon
> DROP CONNECTION t CASCADE
> SELECT count(*) FROM mz_connections
0
