# A dead bastion is no reason for a dead tunnel, and a bastion that changed its host key is not talked to.
> CREATE CONNECTION t TO SSH TUNNEL (HOST '${bastion.host}', USER '${bastion.user}', PORT ${bastion.port})
! VALIDATE CONNECTION t
code: 28000
contains: key
hint: ssh-ed25519
$key1 <- SELECT public_key_1 FROM mz_ssh_tunnel_connections

bastion.install ${key1}

> VALIDATE CONNECTION t

bastion.kill

! VALIDATE CONNECTION t
code: 08001
contains: ${bastion.host}

bastion.restart

> VALIDATE CONNECTION t

bastion.new-host-key

! VALIDATE CONNECTION t
code: 08001
contains: host key
detail: ${bastion.fingerprint}
> ALTER CONNECTION t RESET (HOST KEY)
> VALIDATE CONNECTION t
