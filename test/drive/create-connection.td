# Connections are planned whole before anything is stored.
> CREATE CONNECTION t TO SSH TUNNEL (HOST 'bastion.example', USER 'me')
> CREATE SECRET p AS 'x'
> CREATE CONNECTION pg TO POSTGRES (HOST 'db', DATABASE 'd', USER 'u', PASSWORD SECRET p, SSH TUNNEL t) WITH (VALIDATE = false)
> CREATE CONNECTION legacy FOR KAFKA BROKER 'k:9092', SECURITY PROTOCOL PLAINTEXT WITH (VALIDATE = false)
> SHOW CONNECTIONS
legacy | kafka | 
pg | postgres | 
t | ssh-tunnel | 
> SELECT name, type, create_sql FROM mz_connections ORDER BY id
t | ssh-tunnel | CREATE CONNECTION materialize.public.t TO SSH TUNNEL (HOST = 'bastion.example', USER = 'me')
pg | postgres | CREATE CONNECTION materialize.public.pg TO POSTGRES (HOST = 'db', DATABASE = 'd', USER = 'u', PASSWORD = SECRET materialize.public.p, SSH TUNNEL = materialize.public.t)
legacy | kafka | CREATE CONNECTION materialize.public.legacy TO KAFKA (BROKER = 'k:9092', SECURITY PROTOCOL = plaintext)
! CREATE CONNECTION t TO SSH TUNNEL (HOST 'h', USER 'u')
code: 42710
contains: connection "materialize.public.t" already exists
! CREATE CONNECTION p TO SSH TUNNEL (HOST 'h', USER 'u')
code: 42710
contains: secret "materialize.public.p" already exists
> CREATE CONNECTION IF NOT EXISTS t TO SSH TUNNEL (HOST 'h', USER 'u')
notice: already exists, skipping
! CREATE CONNECTION IF NOT EXISTS t TO SSH TUNNEL (HOST 'h')
contains: USER option is required
! CREATE CONNECTION x TO POSTGRES (HOST 'db', DATABASE 'd', USER 'u', SSH TUNNEL p)
code: 42809
! CREATE CONNECTION x TO POSTGRES (HOST 'db', DATABASE 'd', USER 'u', PASSWORD 'plain')
hint: CREATE SECRET
! CREATE CONNECTION x TO AWS (REGION 'eu')
code: 0A000
hint: POSTGRES
! CREATE CONNECTION x TO POSTGRES (HOST 'db', DATABASE 'd', USER 'u', SSH TUNNEL nowhere)
code: 42704
contains: unknown catalog item 'nowhere'

server.restart

> SELECT id, name, type FROM mz_connections ORDER BY id
u1 | t | ssh-tunnel
u3 | pg | postgres
u4 | legacy | kafka
