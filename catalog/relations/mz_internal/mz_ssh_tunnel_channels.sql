-- Live: the connections that run through SSH tunnels at the time of the read.
CREATE VIEW mz_internal.mz_ssh_tunnel_channels AS
SELECT channel.tunnel_id, item.name AS tunnel_name, channel.session, channel.channel, channel.host, channel.port, channel.state,
  channel.opened_at, channel.bytes_read, channel.bytes_written, channel.bytes_buffered
FROM jsonb_to_recordset(coalesce(nullif(current_setting('sallyport.mz_internal.mz_ssh_tunnel_channels', true), ''), '[]')::jsonb)
  AS channel(tunnel_id text, session integer, channel bigint, host text, port integer, state text, opened_at timestamptz, bytes_read bigint,
    bytes_written bigint, bytes_buffered bigint)
LEFT JOIN mirror.items AS item ON item.id = channel.tunnel_id;

COMMENT ON VIEW mz_internal.mz_ssh_tunnel_channels IS 'The connections that run through SSH tunnels now.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_channels.tunnel_id IS 'The ID of the SSH tunnel connection. Refers to mz_connections.id.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_channels.tunnel_name IS 'The name of the SSH tunnel connection.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_channels.session IS 'The SSH session that carries it, counted since the server started.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_channels.channel IS 'The number of the channel in that session.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_channels.host IS 'The host that the bastion connects to.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_channels.port IS 'The port that the bastion connects to.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_channels.state IS 'opening or open.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_channels.opened_at IS 'When it was asked for.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_channels.bytes_read IS 'Bytes received through it.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_channels.bytes_written IS 'Bytes sent through it.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_channels.bytes_buffered IS 'Bytes that wait for a reader.';
