# The clauses apply together or not at all, in any order.
> CREATE CONNECTION t TO SSH TUNNEL (HOST 'bastion.example', USER 'me')
> CREATE CONNECTION u TO SSH TUNNEL (HOST 'other.example', USER 'me')
> CREATE CONNECTION pg TO POSTGRES (HOST 'db', DATABASE 'd', USER 'u') WITH (VALIDATE = false)
> ALTER CONNECTION pg SET (PORT = 5433), SET (SSH TUNNEL = t), RESET (SSL MODE) WITH (VALIDATE = false)
> SELECT create_sql FROM mz_connections WHERE name = 'pg'
CREATE CONNECTION materialize.public.pg TO POSTGRES (HOST = 'db', DATABASE = 'd', USER = 'u', PORT = 5433, SSH TUNNEL = materialize.public.t)
> ALTER CONNECTION pg RESET (SSH TUNNEL), SET (HOST = 'db2') WITH (VALIDATE = false)
> SELECT create_sql FROM mz_connections WHERE name = 'pg'
CREATE CONNECTION materialize.public.pg TO POSTGRES (HOST = 'db2', DATABASE = 'd', USER = 'u', PORT = 5433)
! ALTER CONNECTION pg DROP (HOST) WITH (VALIDATE = false)
contains: invalid ALTER CONNECTION: HOST option is required
! ALTER CONNECTION pg SET (HOST = 'x'), DROP (HOST) WITH (VALIDATE = false)
contains: cannot both SET and DROP/RESET options HOST
! ALTER CONNECTION pg SET (BROKER = 'k:9092') WITH (VALIDATE = false)
contains: do not support
! ALTER CONNECTION pg ROTATE KEYS
code: 42809
contains: is not an SSH connection
! ALTER CONNECTION t ROTATE KEYS, SET (PORT = 23)
code: 42601
> ALTER CONNECTION IF EXISTS gone SET (PORT = 1)
notice: connection "gone" does not exist, skipping
> ALTER CONNECTION t SET (SSH TUNNEL = u)
! ALTER CONNECTION u SET (SSH TUNNEL = t)
contains: through itself
> SELECT details ->> 'item', details -> 'options' FROM mz_audit_events WHERE event_type = 'alter' ORDER BY id
pg | ["SET PORT", "SET SSH TUNNEL", "DROP SSL MODE"]
pg | ["DROP SSH TUNNEL", "SET HOST"]
t | ["SET SSH TUNNEL"]

server.restart

> SHOW CREATE CONNECTION pg
materialize.public.pg | CREATE CONNECTION materialize.public.pg TO POSTGRES (HOST = 'db2', DATABASE = 'd', USER = 'u', PORT = 5433);
