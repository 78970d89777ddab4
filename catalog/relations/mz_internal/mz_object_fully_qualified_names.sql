-- Filled by every CREATE of an object in a schema.
CREATE VIEW mz_internal.mz_object_fully_qualified_names AS
SELECT
  object.id, object.name, object.type AS object_type,
  schema.id AS schema_id, schema.name AS schema_name,
  database.id AS database_id, database.name AS database_name,
  object.cluster_id
FROM mz_catalog.mz_objects AS object
JOIN mirror.schemas AS schema ON schema.id = object.schema_id
LEFT JOIN mirror.databases AS database ON database.id = schema.database_id;

COMMENT ON VIEW mz_internal.mz_object_fully_qualified_names IS 'One row for each object, with the names of where it is.';
COMMENT ON COLUMN mz_internal.mz_object_fully_qualified_names.id IS 'The unique ID of the object. Refers to mz_objects.id.';
COMMENT ON COLUMN mz_internal.mz_object_fully_qualified_names.name IS 'The name of the object.';
COMMENT ON COLUMN mz_internal.mz_object_fully_qualified_names.object_type IS 'The kind of object.';
COMMENT ON COLUMN mz_internal.mz_object_fully_qualified_names.schema_id IS 'The ID of the schema that holds it.';
COMMENT ON COLUMN mz_internal.mz_object_fully_qualified_names.schema_name IS 'The name of the schema.';
COMMENT ON COLUMN mz_internal.mz_object_fully_qualified_names.database_id IS 'The ID of the database; null for the schemas of the system.';
COMMENT ON COLUMN mz_internal.mz_object_fully_qualified_names.database_name IS 'The name of the database.';
COMMENT ON COLUMN mz_internal.mz_object_fully_qualified_names.cluster_id IS 'The ID of the cluster that it runs on; always null.';
