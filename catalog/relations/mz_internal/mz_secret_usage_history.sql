-- Filled by every use of a secret by a connection; kept for a time.
CREATE VIEW mz_internal.mz_secret_usage_history AS
SELECT id, occurred_at, secret_id, connection_id, role
FROM mirror.secret_uses;

COMMENT ON VIEW mz_internal.mz_secret_usage_history IS 'The uses of secrets, newest last.';
COMMENT ON COLUMN mz_internal.mz_secret_usage_history.id IS 'The number of the use; grows with time.';
COMMENT ON COLUMN mz_internal.mz_secret_usage_history.occurred_at IS 'When it happened.';
COMMENT ON COLUMN mz_internal.mz_secret_usage_history.secret_id IS 'The ID of the secret; it may be gone since.';
COMMENT ON COLUMN mz_internal.mz_secret_usage_history.connection_id IS 'The ID of the connection that used it.';
COMMENT ON COLUMN mz_internal.mz_secret_usage_history.role IS 'The role on whose behalf it was used.';
