-- Behind SHOW SCHEMAS.
CREATE VIEW mz_internal.mz_show_schemas AS
SELECT schema.name, coalesce(comment.comment, '') AS comment, schema.database_id
FROM mirror.schemas AS schema
LEFT JOIN mirror.comments AS comment
  ON comment.object_kind = 'schema' AND comment.object_id = schema.id AND comment.sub_id = 0;

COMMENT ON VIEW mz_internal.mz_show_schemas IS 'What SHOW SCHEMAS lists.';
COMMENT ON COLUMN mz_internal.mz_show_schemas.name IS 'The name of the schema.';
COMMENT ON COLUMN mz_internal.mz_show_schemas.comment IS 'The comment on it; empty when there is none.';
COMMENT ON COLUMN mz_internal.mz_show_schemas.database_id IS 'The ID of the database that holds it; null for the schemas of the system.';
