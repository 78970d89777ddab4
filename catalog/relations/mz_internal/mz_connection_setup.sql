-- Live: made at each read from the connections that log in to a database or a cluster.
CREATE VIEW mz_internal.mz_connection_setup AS
SELECT item.id, item.name, made.setup
FROM jsonb_to_recordset(coalesce(nullif(current_setting('sallyport.mz_internal.mz_connection_setup', true), ''), '[]')::jsonb)
  AS made(id text, setup text)
JOIN mirror.items AS item ON item.id = made.id;

COMMENT ON VIEW mz_internal.mz_connection_setup IS 'What the administrator of a database or a cluster does for a connection.';
COMMENT ON COLUMN mz_internal.mz_connection_setup.id IS 'The ID of the connection. Refers to mz_connections.id.';
COMMENT ON COLUMN mz_internal.mz_connection_setup.name IS 'The name of the connection.';
COMMENT ON COLUMN mz_internal.mz_connection_setup.setup IS 'Statements or commands that make the login, with the rights to read and to follow changes.';
