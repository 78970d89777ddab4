-- The session's settings as SHOW gives them, over the engine's. Same columns as PostgreSQL 16.
CREATE OR REPLACE VIEW pg_catalog.pg_settings AS
SELECT
  engine.name,
  coalesce(mirror.session_setting(engine.name), engine.setting) AS setting,
  engine.unit, engine.category, engine.short_desc, engine.extra_desc, engine.context, engine.vartype, engine.source,
  engine.min_val, engine.max_val, engine.enumvals, engine.boot_val, engine.reset_val,
  NULL::text AS sourcefile, NULL::integer AS sourceline, false AS pending_restart
FROM pg_catalog.pg_show_all_settings() AS engine
WHERE engine.name NOT LIKE 'sallyport.%';
