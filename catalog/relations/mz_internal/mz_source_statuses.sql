-- Empty: sources carry no data here.
CREATE VIEW mz_internal.mz_source_statuses AS
SELECT
  NULL::text AS id,
  NULL::text AS name,
  NULL::text AS type,
  NULL::timestamptz AS last_status_change_at,
  NULL::text AS status,
  NULL::text AS error,
  NULL::jsonb AS details
WHERE false;

COMMENT ON VIEW mz_internal.mz_source_statuses IS 'The state of each source.';
COMMENT ON COLUMN mz_internal.mz_source_statuses.id IS 'The unique ID of the source. Refers to mz_sources.id.';
COMMENT ON COLUMN mz_internal.mz_source_statuses.name IS 'The name of the source.';
COMMENT ON COLUMN mz_internal.mz_source_statuses.type IS 'The kind of source.';
COMMENT ON COLUMN mz_internal.mz_source_statuses.last_status_change_at IS 'When the state began.';
COMMENT ON COLUMN mz_internal.mz_source_statuses.status IS 'The state: created, starting, running, paused, stalled, failed or dropped.';
COMMENT ON COLUMN mz_internal.mz_source_statuses.error IS 'The message of the failure.';
COMMENT ON COLUMN mz_internal.mz_source_statuses.details IS 'More about it.';
