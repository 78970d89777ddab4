# Key 2 becomes key 1, and a bastion that knows the old key 2 keeps working. A bastion that would lock us out is refused.
> CREATE CONNECTION t TO SSH TUNNEL (HOST '${bastion.host}', USER '${bastion.user}', PORT ${bastion.port})
$key1 <- SELECT public_key_1 FROM mz_ssh_tunnel_connections
$key2 <- SELECT public_key_2 FROM mz_ssh_tunnel_connections

# Never logged in: rotates freely.
> ALTER CONNECTION t ROTATE KEYS
> SELECT public_key_1 = '${key2}', public_key_2 IN ('${key1}', '${key2}') FROM mz_ssh_tunnel_connections
t | f
$key3 <- SELECT public_key_2 FROM mz_ssh_tunnel_connections

# Only key 1 is known there: a rotation would leave no key that works.
bastion.install ${key2}

> VALIDATE CONNECTION t
! ALTER CONNECTION t ROTATE KEYS
code: 55000
contains: key 2
detail: ${key3}
hint: authorized_keys
> SELECT public_key_1 = '${key2}', public_key_2 = '${key3}' FROM mz_ssh_tunnel_connections
t | t

# Key 2 is known too.
bastion.install ${key3}

> ALTER CONNECTION t ROTATE KEYS

bastion.remove ${key2}

> VALIDATE CONNECTION t
> SELECT public_key_1 = '${key3}' FROM mz_ssh_tunnel_connections
t

# Against the check, on request.
> ALTER CONNECTION t ROTATE KEYS WITH (FORCE)
> ALTER CONNECTION t ROTATE KEYS WITH (FORCE)
! VALIDATE CONNECTION t
code: 28000
