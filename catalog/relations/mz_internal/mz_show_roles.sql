-- Behind SHOW ROLES.
CREATE VIEW mz_internal.mz_show_roles AS
SELECT role.name, coalesce(comment.comment, '') AS comment
FROM mirror.roles AS role
LEFT JOIN mirror.comments AS comment
  ON comment.object_kind = 'role' AND comment.object_id = role.id AND comment.sub_id = 0
WHERE role.id LIKE 'u%';

COMMENT ON VIEW mz_internal.mz_show_roles IS 'What SHOW ROLES lists.';
COMMENT ON COLUMN mz_internal.mz_show_roles.name IS 'The name of the role.';
COMMENT ON COLUMN mz_internal.mz_show_roles.comment IS 'The comment on it; empty when there is none.';
