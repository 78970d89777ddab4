-- Filled by every change of a tunnel's state; kept for a time.
CREATE VIEW mz_internal.mz_ssh_tunnel_status_history AS
SELECT id, occurred_at, tunnel_id, state, error, stage, hint
FROM mirror.tunnel_statuses;

COMMENT ON VIEW mz_internal.mz_ssh_tunnel_status_history IS 'The changes of state of SSH tunnels, newest last.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_status_history.id IS 'The number of the change; grows with time.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_status_history.occurred_at IS 'When it happened.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_status_history.tunnel_id IS 'The ID of the connection; it may be gone since.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_status_history.state IS 'The state that began.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_status_history.error IS 'The message of the failure that brought it about.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_status_history.stage IS 'The stage that failed.';
COMMENT ON COLUMN mz_internal.mz_ssh_tunnel_status_history.hint IS 'What to do about it.';
