# A secret's value goes in and never comes out.
> CREATE SECRET s AS 'open sesame'
> CREATE SECRET "Big ; -- /* one" AS decode('AAECAw==', 'base64')
> CREATE SECRET IF NOT EXISTS s AS 'x'
notice: secret "s" already exists, skipping
! CREATE SECRET s AS 'x'
code: 42710
contains: already exists
! CREATE SECRET n AS NULL
code: 22004
contains: secret value can not be null
! CREATE SECRET n AS decode('/w==', 'base64')
code: 22021
contains: secret value must be valid UTF-8
! CREATE SECRET n AS $1
code: 42P02
> SHOW SECRETS
Big ; -- /* one | 
s | 
> SELECT count(*) FROM mz_objects WHERE type = 'secret'
2
> SELECT event_type, object_type, details FROM mz_audit_events ORDER BY id
create | secret | {"id": "u1", "item": "s", "schema": "public", "database": "materialize"}
create | secret | {"id": "u2", "item": "Big ; -- /* one", "schema": "public", "database": "materialize"}

server.restart

> SELECT id, name FROM mz_secrets ORDER BY id
u1 | s
u2 | Big ; -- /* one
