-- Filled by every validation of a connection, with or without VALIDATE CONNECTION; kept for a time.
CREATE VIEW mz_internal.mz_connection_validations AS
SELECT id, connection_id, connection_name, role, started_at, ended_at, result, failing_stage, error, stages
FROM mirror.validations;

COMMENT ON VIEW mz_internal.mz_connection_validations IS 'The validations of connections, newest last.';
COMMENT ON COLUMN mz_internal.mz_connection_validations.id IS 'The number of the validation; grows with time.';
COMMENT ON COLUMN mz_internal.mz_connection_validations.connection_id IS 'The ID of the connection; it may be gone since.';
COMMENT ON COLUMN mz_internal.mz_connection_validations.connection_name IS 'The name that it had.';
COMMENT ON COLUMN mz_internal.mz_connection_validations.role IS 'The role that validated it.';
COMMENT ON COLUMN mz_internal.mz_connection_validations.started_at IS 'When it began.';
COMMENT ON COLUMN mz_internal.mz_connection_validations.ended_at IS 'When it ended.';
COMMENT ON COLUMN mz_internal.mz_connection_validations.result IS 'How it ended: succeeded, failed or cancelled.';
COMMENT ON COLUMN mz_internal.mz_connection_validations.failing_stage IS 'The stage that failed.';
COMMENT ON COLUMN mz_internal.mz_connection_validations.error IS 'The message of the failure.';
COMMENT ON COLUMN mz_internal.mz_connection_validations.stages IS 'The stages that were reached, with their targets, times in milliseconds, and the brokers that they revealed.';
