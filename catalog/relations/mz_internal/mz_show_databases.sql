-- Behind SHOW DATABASES.
CREATE VIEW mz_internal.mz_show_databases AS
SELECT database.name, coalesce(comment.comment, '') AS comment
FROM mirror.databases AS database
LEFT JOIN mirror.comments AS comment
  ON comment.object_kind = 'database' AND comment.object_id = database.id AND comment.sub_id = 0;

COMMENT ON VIEW mz_internal.mz_show_databases IS 'What SHOW DATABASES lists.';
COMMENT ON COLUMN mz_internal.mz_show_databases.name IS 'The name of the database.';
COMMENT ON COLUMN mz_internal.mz_show_databases.comment IS 'The comment on it; empty when there is none.';
