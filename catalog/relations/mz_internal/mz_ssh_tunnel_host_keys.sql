-- Filled by the first login on a bastion and every later one; emptied by RESET (HOST KEY).
CREATE VIEW mz_internal.mz_ssh_tunnel_host_keys AS
SELECT object_id AS id, algorithm, fingerprint, public_key, first_seen_at, last_seen_at
FROM mirror.host_keys;

COMMENT ON VIEW mz_internal.mz_ssh_tunnel_host_keys IS 'The host keys that bastions presented and that are trusted since.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_host_keys.id IS 'The unique ID of the connection. Refers to mz_connections.id.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_host_keys.algorithm IS 'The algorithm of the key.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_host_keys.fingerprint IS 'The SHA256 fingerprint, as ssh-keygen -l prints it.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_host_keys.public_key IS 'The public key, as a line of known_hosts without the name.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_host_keys.first_seen_at IS 'When it was first seen.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_host_keys.last_seen_at IS 'When it was last seen.';
