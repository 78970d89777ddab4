-- Live: made at each read from the tunnels, the connections that use them, and the brokers that their last validations found.
CREATE VIEW mz_internal.mz_ssh_tunnel_setup AS
SELECT item.id, item.name, made.setup
FROM jsonb_to_recordset(coalesce(nullif(current_setting('sallyport.mz_internal.mz_ssh_tunnel_setup', true), ''), '[]')::jsonb)
  AS made(id text, setup text)
JOIN mirror.items AS item ON item.id = made.id;

COMMENT ON VIEW mz_internal.mz_ssh_tunnel_setup IS 'What the administrator of a bastion does for an SSH tunnel connection.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_setup.id IS 'The ID of the connection. Refers to mz_connections.id.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_setup.name IS 'The name of the connection.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_setup.setup IS 'A text for a root shell on the bastion: user, both authorized_keys lines, sshd_config, and the firewall rules in words. It may be run again whenever it changed.';
