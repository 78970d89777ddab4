# Announced addresses that are local are bound; one that is not local is announced only.
server.args --egress-address ${egress.second},203.0.113.7,2001:db8::7

> SELECT egress_ip, prefix_length, cidr FROM mz_egress_ips
${egress.second} | 32 | ${egress.second}/32
203.0.113.7 | 32 | 203.0.113.7/32
2001:db8::7 | 128 | 2001:db8::7/128
> CREATE CONNECTION t TO SSH TUNNEL (HOST '${bastion.host}', USER '${bastion.user}', PORT ${bastion.port})
$key1 <- SELECT public_key_1 FROM mz_ssh_tunnel_connections

bastion.install ${key1}

> VALIDATE CONNECTION t

bastion.logged Accepted publickey for bastion-user from ${egress.second}
