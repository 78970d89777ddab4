-- Behind SHOW CONNECTIONS.
CREATE VIEW mz_internal.mz_show_connections AS
SELECT item.name, item.type, coalesce(comment.comment, '') AS comment, item.schema_id
FROM mirror.items AS item
LEFT JOIN mirror.comments AS comment
  ON comment.object_kind = 'connection' AND comment.object_id = item.id AND comment.sub_id = 0
WHERE item.kind = 'connection';

COMMENT ON VIEW mz_internal.mz_show_connections IS 'What SHOW CONNECTIONS lists.';
COMMENT ON COLUMN mz_internal.mz_show_connections.name IS 'The name of the connection.';
COMMENT ON COLUMN mz_internal.mz_show_connections.type IS 'The kind of connection.';
COMMENT ON COLUMN mz_internal.mz_show_connections.comment IS 'The comment on it; empty when there is none.';
COMMENT ON COLUMN mz_internal.mz_show_connections.schema_id IS 'The ID of the schema that holds it.';
