# The way, hop by hop, without dialling.
> CREATE CONNECTION t TO SSH TUNNEL (HOST 'bastion.example', USER 'u')
> CREATE CONNECTION pg TO POSTGRES (HOST 'db.internal', DATABASE 'd', USER 'u', SSH TUNNEL t) WITH (VALIDATE = false)
> EXPLAIN CONNECTION pg
PostgreSQL server | db.internal:5432 | by the bastion | t
! EXPLAIN CONNECTION gone
code: 42704
