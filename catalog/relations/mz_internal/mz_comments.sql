-- Filled by COMMENT ON.
CREATE VIEW mz_internal.mz_comments AS
SELECT object_id AS id, object_kind AS object_type, nullif(sub_id, 0) AS object_sub_id, comment
FROM mirror.comments;

COMMENT ON VIEW mz_internal.mz_comments IS 'One row for each comment.';
COMMENT ON COLUMN mz_internal.mz_comments.id IS 'The unique ID of the object.';
COMMENT ON COLUMN mz_internal.mz_comments.object_type IS 'The kind of object: connection, secret, schema, database, role …';
COMMENT ON COLUMN mz_internal.mz_comments.object_sub_id IS 'The position of the column that is meant; null for the object itself.';
COMMENT ON COLUMN mz_internal.mz_comments.comment IS 'The text.';
