-- Filled by every statement that changes the catalog, in the same transaction, and by those that end what other sessions do.
CREATE VIEW mz_catalog.mz_audit_events AS
SELECT id, event_type, object_type, details, user_name AS "user", occurred_at
FROM mirror.audit_events;

COMMENT ON VIEW mz_catalog.mz_audit_events IS 'What was changed or ended, by whom and when.';
COMMENT ON COLUMN mz_catalog.mz_audit_events.id IS 'The unique ID of the event; grows with time.';
COMMENT ON COLUMN mz_catalog.mz_audit_events.event_type IS 'What happened: create, alter, drop, grant, revoke, rotate, comment, cancel or terminate.';
COMMENT ON COLUMN mz_catalog.mz_audit_events.object_type IS 'The kind of object that it happened to.';
COMMENT ON COLUMN mz_catalog.mz_audit_events.details IS 'The names and values that were concerned; never a secret.';
COMMENT ON COLUMN mz_catalog.mz_audit_events."user" IS 'The role that did it.';
COMMENT ON COLUMN mz_catalog.mz_audit_events.occurred_at IS 'When it was committed.';
