-- Filled by what relays report when they open, fail to open or close; kept for a time. A role sees its own, and those of connections that it may use.
CREATE VIEW mz_internal.mz_relay_history AS
SELECT relay.id, relay.occurred_at, relay.event, relay.process_id, relay.role, relay.connection_id, relay.connection_name,
  relay.client_address, relay.server_process_id, relay.duration_ms, relay.bytes_from_client, relay.bytes_from_server, relay.reason
FROM mirror.relays AS relay
LEFT JOIN mirror.items AS item ON item.id = relay.connection_id
WHERE relay.role = current_user
  OR mirror.acl_grants(item.privileges, item.owner_id, quote_ident(current_user)::regrole, 'U');

COMMENT ON VIEW mz_internal.mz_relay_history IS 'What became of clients that named a connection as their database, newest last.';
COMMENT ON COLUMN mz_internal.mz_relay_history.id IS 'The number of the event; grows with time.';
COMMENT ON COLUMN mz_internal.mz_relay_history.occurred_at IS 'When it happened.';
COMMENT ON COLUMN mz_internal.mz_relay_history.event IS 'opened, failed or closed.';
COMMENT ON COLUMN mz_internal.mz_relay_history.process_id IS 'The number that names the relay. Refers to mz_relays.process_id while it is open.';
COMMENT ON COLUMN mz_internal.mz_relay_history.role IS 'The name of the role that logged in.';
COMMENT ON COLUMN mz_internal.mz_relay_history.connection_id IS 'The ID of the connection; it may be gone since.';
COMMENT ON COLUMN mz_internal.mz_relay_history.connection_name IS 'Its full name at the time.';
COMMENT ON COLUMN mz_internal.mz_relay_history.client_address IS 'Where the client came from; empty for a Unix-domain socket.';
COMMENT ON COLUMN mz_internal.mz_relay_history.server_process_id IS 'The process that served the client on the server; null when it came to none.';
COMMENT ON COLUMN mz_internal.mz_relay_history.duration_ms IS 'Milliseconds since the client logged in.';
COMMENT ON COLUMN mz_internal.mz_relay_history.bytes_from_client IS 'Bytes that the client had sent to the server.';
COMMENT ON COLUMN mz_internal.mz_relay_history.bytes_from_server IS 'Bytes that the server had sent to the client.';
COMMENT ON COLUMN mz_internal.mz_relay_history.reason IS 'Why it failed, or who ended it and with what error; null when it opened.';
