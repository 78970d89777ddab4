-- Filled by CREATE CONNECTION … TO SSH TUNNEL and ALTER CONNECTION … ROTATE KEYS.
CREATE VIEW mz_catalog.mz_ssh_tunnel_connections AS
SELECT item.id, first_key.public_key AS public_key_1, second_key.public_key AS public_key_2
FROM mirror.items AS item
LEFT JOIN mirror.ssh_tunnel_keys AS first_key ON first_key.key = item.id || '/1'
LEFT JOIN mirror.ssh_tunnel_keys AS second_key ON second_key.key = item.id || '/2'
WHERE item.kind = 'connection' AND item.type = 'ssh-tunnel';

COMMENT ON VIEW mz_catalog.mz_ssh_tunnel_connections IS 'One row for each SSH tunnel connection, with the two public keys to install on its bastion.';
COMMENT ON COLUMN mz_catalog.mz_ssh_tunnel_connections.id IS 'The unique ID of the connection. Refers to mz_connections.id.';
COMMENT ON COLUMN mz_catalog.mz_ssh_tunnel_connections.public_key_1 IS 'The first public key, as a line of authorized_keys.';
COMMENT ON COLUMN mz_catalog.mz_ssh_tunnel_connections.public_key_2 IS 'The second public key. ROTATE KEYS makes it the first and a new one takes its place.';
