-- Empty: sources carry no data here.
CREATE VIEW mz_internal.mz_source_status_history AS
SELECT
  NULL::timestamptz AS occurred_at,
  NULL::text AS source_id,
  NULL::text AS status,
  NULL::text AS error,
  NULL::jsonb AS details,
  NULL::text AS replica_id
WHERE false;

COMMENT ON VIEW mz_internal.mz_source_status_history IS 'The changes of state of sources.';
COMMENT ON COLUMN mz_internal.mz_source_status_history.occurred_at IS 'When it happened.';
COMMENT ON COLUMN mz_internal.mz_source_status_history.source_id IS 'The unique ID of the source.';
COMMENT ON COLUMN mz_internal.mz_source_status_history.status IS 'The state that began.';
COMMENT ON COLUMN mz_internal.mz_source_status_history.error IS 'The message of the failure.';
COMMENT ON COLUMN mz_internal.mz_source_status_history.details IS 'More about it.';
COMMENT ON COLUMN mz_internal.mz_source_status_history.replica_id IS 'The ID of the replica.';
