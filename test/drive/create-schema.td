# Schemas live in a database; system prefixes are not for users.
> CREATE SCHEMA s
> CREATE SCHEMA materialize."Very Own"
> CREATE SCHEMA IF NOT EXISTS s
notice: already exists, skipping
! CREATE SCHEMA s
code: 42P06
contains: schema "materialize.s" already exists
! CREATE SCHEMA nowhere.s
code: 3D000
contains: unknown database 'nowhere'
! CREATE SCHEMA mz_mine
code: 42939
> SHOW SCHEMAS LIKE '%e%'
Very Own | 
information_schema | 
mz_internal | 

server.restart

> SELECT name FROM mz_schemas WHERE database_id = 'u1' ORDER BY name
Very Own
public
s
