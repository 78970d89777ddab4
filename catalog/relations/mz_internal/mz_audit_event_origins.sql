-- Filled by every statement that changes the catalog, in the same transaction, as mz_audit_events is.
CREATE VIEW mz_internal.mz_audit_event_origins AS
SELECT id, client_address
FROM mirror.audit_events;

COMMENT ON VIEW mz_internal.mz_audit_event_origins IS 'Where the changes in mz_audit_events came from.';
COMMENT ON COLUMN mz_internal.mz_audit_event_origins.id IS 'The unique ID of the event.';
COMMENT ON COLUMN mz_internal.mz_audit_event_origins.client_address IS 'The address of the client; empty for the Unix-domain socket and for the server itself.';
