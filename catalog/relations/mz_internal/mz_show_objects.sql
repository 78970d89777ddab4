-- Behind SHOW OBJECTS.
CREATE VIEW mz_internal.mz_show_objects AS
SELECT object.name, object.type, coalesce(comment.comment, '') AS comment, object.schema_id
FROM mz_catalog.mz_objects AS object
LEFT JOIN mirror.comments AS comment
  ON comment.object_kind = object.type AND comment.object_id = object.id AND comment.sub_id = 0;

COMMENT ON VIEW mz_internal.mz_show_objects IS 'What SHOW OBJECTS lists.';
COMMENT ON COLUMN mz_internal.mz_show_objects.name IS 'The name of the object.';
COMMENT ON COLUMN mz_internal.mz_show_objects.type IS 'The kind of object.';
COMMENT ON COLUMN mz_internal.mz_show_objects.comment IS 'The comment on it; empty when there is none.';
COMMENT ON COLUMN mz_internal.mz_show_objects.schema_id IS 'The ID of the schema that holds it.';
