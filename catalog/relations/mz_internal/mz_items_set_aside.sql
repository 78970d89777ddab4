-- Live: stored items that could not be read back when the server started.
CREATE VIEW mz_internal.mz_items_set_aside AS
SELECT item.id, item.name, item.kind AS type, aside.reason
FROM jsonb_to_recordset(coalesce(nullif(current_setting('sallyport.mz_internal.mz_items_set_aside', true), ''), '[]')::jsonb)
  AS aside(id text, reason text)
JOIN mirror.items AS item ON item.id = aside.id;

COMMENT ON VIEW mz_internal.mz_items_set_aside IS 'Objects whose stored definition could not be read back at start. They can be dropped and nothing else; everything else works.';
COMMENT ON COLUMN mz_internal.mz_items_set_aside.id IS 'The unique ID of the object. Refers to mz_objects.id.';
COMMENT ON COLUMN mz_internal.mz_items_set_aside.name IS 'The name of the object.';
COMMENT ON COLUMN mz_internal.mz_items_set_aside.type IS 'What it is: connection.';
COMMENT ON COLUMN mz_internal.mz_items_set_aside.reason IS 'Why it could not be read back.';
