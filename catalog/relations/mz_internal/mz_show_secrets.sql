-- Behind SHOW SECRETS.
CREATE VIEW mz_internal.mz_show_secrets AS
SELECT item.name, coalesce(comment.comment, '') AS comment, item.schema_id
FROM mirror.items AS item
LEFT JOIN mirror.comments AS comment
  ON comment.object_kind = 'secret' AND comment.object_id = item.id AND comment.sub_id = 0
WHERE item.kind = 'secret';

COMMENT ON VIEW mz_internal.mz_show_secrets IS 'What SHOW SECRETS lists.';
COMMENT ON COLUMN mz_internal.mz_show_secrets.name IS 'The name of the secret.';
COMMENT ON COLUMN mz_internal.mz_show_secrets.comment IS 'The comment on it; empty when there is none.';
COMMENT ON COLUMN mz_internal.mz_show_secrets.schema_id IS 'The ID of the schema that holds it.';
