-- Filled by CREATE CONNECTION and ALTER CONNECTION that name tunnels and secrets.
CREATE VIEW mz_internal.mz_connection_dependencies AS
WITH RECURSIVE needed(id, referenced_id, direct) AS (
  SELECT item.id, reference.id, true
  FROM mirror.items AS item, unnest(item.depends_on) AS reference(id)
  WHERE item.kind = 'connection'
  UNION
  SELECT needed.id, reference.id, false
  FROM needed
  JOIN mirror.items AS between_them ON between_them.key = needed.referenced_id,
    unnest(between_them.depends_on) AS reference(id)
)
SELECT needed.id, needed.referenced_id, referenced.kind AS referenced_type, bool_or(needed.direct) AS direct
FROM needed
JOIN mirror.items AS referenced ON referenced.key = needed.referenced_id
GROUP BY needed.id, needed.referenced_id, referenced.kind;

COMMENT ON VIEW mz_internal.mz_connection_dependencies IS 'Which connection uses which tunnels and secrets, itself or through other connections.';
COMMENT ON COLUMN mz_internal.mz_connection_dependencies.id IS 'The unique ID of the connection. Refers to mz_connections.id.';
COMMENT ON COLUMN mz_internal.mz_connection_dependencies.referenced_id IS 'The ID of what it uses. Refers to mz_connections.id or mz_secrets.id.';
COMMENT ON COLUMN mz_internal.mz_connection_dependencies.referenced_type IS 'The kind of what it uses: connection or secret.';
COMMENT ON COLUMN mz_internal.mz_connection_dependencies.direct IS 'Whether the connection itself names it; false when only a connection that it uses does.';
