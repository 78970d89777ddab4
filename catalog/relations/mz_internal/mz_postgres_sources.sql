-- Empty: sources carry no data here.
CREATE VIEW mz_internal.mz_postgres_sources AS
SELECT
  NULL::text AS id,
  NULL::text AS replication_slot,
  NULL::bigint AS timeline_id
WHERE false;

COMMENT ON VIEW mz_internal.mz_postgres_sources IS 'Details of PostgreSQL sources.';
COMMENT ON COLUMN mz_internal.mz_postgres_sources.id IS 'The unique ID of the source.';
COMMENT ON COLUMN mz_internal.mz_postgres_sources.replication_slot IS 'The name of its replication slot upstream.';
COMMENT ON COLUMN mz_internal.mz_postgres_sources.timeline_id IS 'The timeline that it was made on.';
