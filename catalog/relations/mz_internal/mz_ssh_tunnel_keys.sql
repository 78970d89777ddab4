-- Filled by CREATE CONNECTION … TO SSH TUNNEL and ROTATE KEYS; acceptance by every login on a bastion.
CREATE VIEW mz_internal.mz_ssh_tunnel_keys AS
SELECT
  key.item_id AS id,
  key.slot,
  key.public_key,
  key.fingerprint,
  key.created_at,
  accepted.last_accepted_at,
  accepted.bastion AS last_accepted_by
FROM mirror.ssh_tunnel_keys AS key
LEFT JOIN LATERAL (
  SELECT acceptance.last_accepted_at, acceptance.bastion
  FROM mirror.key_acceptances AS acceptance
  WHERE acceptance.object_id = key.item_id AND acceptance.fingerprint = key.fingerprint
  ORDER BY acceptance.last_accepted_at DESC
  LIMIT 1
) AS accepted ON true;

COMMENT ON VIEW mz_internal.mz_ssh_tunnel_keys IS 'One row for each key of an SSH tunnel connection.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_keys.id IS 'The unique ID of the connection. Refers to mz_connections.id.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_keys.slot IS '1 or 2: the place of the key, as in mz_ssh_tunnel_connections.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_keys.public_key IS 'The public key, as a line of authorized_keys.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_keys.fingerprint IS 'The SHA256 fingerprint, as ssh-keygen -l prints it.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_keys.created_at IS 'When the key was made.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_keys.last_accepted_at IS 'When a bastion last accepted the key; null when none ever did.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_keys.last_accepted_by IS 'The bastion that accepted it, as host:port.';
