-- Live: the clients that are relayed to a connection's server at the time of the read. A role sees its own, and those of connections that it may use.
CREATE VIEW mz_internal.mz_relays AS
SELECT relay.process_id, role.id AS role_id, relay.role, relay.connection_id, item.name AS connection, relay.client_address, relay.since,
  relay.state, relay.bytes_from_client, relay.bytes_from_server, relay.server_process_id
FROM jsonb_to_recordset(coalesce(nullif(current_setting('sallyport.mz_internal.mz_relays', true), ''), '[]')::jsonb)
  AS relay(process_id integer, role text, connection_id text, client_address text, since timestamptz, state text,
    bytes_from_client bigint, bytes_from_server bigint, server_process_id bigint)
LEFT JOIN mirror.roles AS role ON role.name = relay.role
LEFT JOIN mirror.items AS item ON item.id = relay.connection_id
WHERE relay.role = current_user
  OR mirror.acl_grants(item.privileges, item.owner_id, quote_ident(current_user)::regrole, 'U');

COMMENT ON VIEW mz_internal.mz_relays IS 'The clients that are connected to the server of a connection: one''s own, and those of connections that one may use.';
COMMENT ON COLUMN mz_internal.mz_relays.process_id IS 'The number that names the relay, as the client knows it for cancel requests.';
COMMENT ON COLUMN mz_internal.mz_relays.role_id IS 'The ID of the role that logged in. Refers to mz_roles.id.';
COMMENT ON COLUMN mz_internal.mz_relays.role IS 'The name of the role that logged in.';
COMMENT ON COLUMN mz_internal.mz_relays.connection_id IS 'The ID of the connection. Refers to mz_connections.id.';
COMMENT ON COLUMN mz_internal.mz_relays.connection IS 'The name of the connection.';
COMMENT ON COLUMN mz_internal.mz_relays.client_address IS 'Where the client comes from; empty for a Unix-domain socket.';
COMMENT ON COLUMN mz_internal.mz_relays.since IS 'When the client logged in.';
COMMENT ON COLUMN mz_internal.mz_relays.state IS 'connecting, open or closing.';
COMMENT ON COLUMN mz_internal.mz_relays.bytes_from_client IS 'Bytes that the client sent to the server.';
COMMENT ON COLUMN mz_internal.mz_relays.bytes_from_server IS 'Bytes that the server sent to the client.';
COMMENT ON COLUMN mz_internal.mz_relays.server_process_id IS 'The process that serves the client on the server, as pg_backend_pid has it there.';
