# The way, hop by hop, without dialling.
> CREATE SECRET p AS 'x'
> CREATE CONNECTION jump TO SSH TUNNEL (HOST 'jump.example', USER 'j')
> CREATE CONNECTION t TO SSH TUNNEL (HOST 'bastion.example', USER 'u', SSH TUNNEL jump)
> CREATE CONNECTION pg TO POSTGRES (HOST 'db.internal', DATABASE 'd', USER 'reader', PASSWORD SECRET p, SSL MODE 'require', SSH TUNNEL t)
    WITH (VALIDATE = false)
$jump_keys <- SELECT string_agg(k.fingerprint, ', ' ORDER BY slot) FROM mz_internal.mz_ssh_tunnel_keys k JOIN mz_connections USING (id) WHERE name = 'jump'
$keys <- SELECT string_agg(k.fingerprint, ', ' ORDER BY slot) FROM mz_internal.mz_ssh_tunnel_keys k JOIN mz_connections USING (id) WHERE name = 't'
> EXPLAIN CONNECTION pg
SSH bastion | jump.example:22 | by this server | <null> | ${jump_keys} | SSH, host key learned at first use | j | <null>
SSH bastion | bastion.example:22 | by the bastion of jump | jump | ${keys} | SSH, host key learned at first use | u | <null>
PostgreSQL server | db.internal:5432 | by the bastion of t | t | <null> | TLS, certificate not checked | reader | p
> CREATE CONNECTION kafka TO KAFKA (BROKERS ('a.internal:9094', 'b.internal:9094' USING SSH TUNNEL jump), SASL MECHANISMS 'PLAIN',
    SASL USERNAME SECRET p, SASL PASSWORD SECRET p) WITH (VALIDATE = false)
> EXPLAIN CONNECTION kafka
Kafka broker | a.internal:9094 | by this server | <null> | <null> | TLS, certificate and host name checked | SECRET p | p
SSH bastion | jump.example:22 | by this server | <null> | ${jump_keys} | SSH, host key learned at first use | j | <null>
Kafka broker | b.internal:9094 | by the bastion of jump | jump | <null> | TLS, certificate and host name checked | SECRET p | p
! EXPLAIN CONNECTION gone
code: 42704
