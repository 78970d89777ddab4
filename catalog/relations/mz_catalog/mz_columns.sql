-- Filled by the system: the columns of its own relations.
CREATE VIEW mz_catalog.mz_columns AS
SELECT
  object.id,
  attribute.attname::text AS name,
  attribute.attnum::bigint AS "position",
  NOT attribute.attnotnull AS nullable,
  pg_catalog.format_type(attribute.atttypid, NULL) AS type,
  NULL::text AS "default",
  attribute.atttypid AS type_oid,
  attribute.atttypmod AS type_mod
FROM mz_catalog.mz_objects AS object
JOIN pg_catalog.pg_attribute AS attribute ON attribute.attrelid = object.oid
WHERE object.type IN ('view', 'table') AND attribute.attnum > 0 AND NOT attribute.attisdropped;

COMMENT ON VIEW mz_catalog.mz_columns IS 'One row for each column of a relation.';
COMMENT ON COLUMN mz_catalog.mz_columns.id IS 'The unique ID of the relation.';
COMMENT ON COLUMN mz_catalog.mz_columns.name IS 'The name of the column.';
COMMENT ON COLUMN mz_catalog.mz_columns.position IS 'The position of the column, from 1.';
COMMENT ON COLUMN mz_catalog.mz_columns.nullable IS 'Whether it may be null.';
COMMENT ON COLUMN mz_catalog.mz_columns.type IS 'The name of its type.';
COMMENT ON COLUMN mz_catalog.mz_columns."default" IS 'Its default value.';
COMMENT ON COLUMN mz_catalog.mz_columns.type_oid IS 'The OID of its type.';
COMMENT ON COLUMN mz_catalog.mz_columns.type_mod IS 'The modifier of its type.';
