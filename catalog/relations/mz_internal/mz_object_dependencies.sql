-- Filled by every CREATE of an object that names another.
CREATE VIEW mz_internal.mz_object_dependencies AS
SELECT item.id AS object_id, needed.id AS referenced_object_id
FROM mirror.items AS item, unnest(item.depends_on) AS needed(id);

COMMENT ON VIEW mz_internal.mz_object_dependencies IS 'Which object needs which other object.';
COMMENT ON COLUMN mz_internal.mz_object_dependencies.object_id IS 'The unique ID of the object.';
COMMENT ON COLUMN mz_internal.mz_object_dependencies.referenced_object_id IS 'The ID of the object that it names.';
