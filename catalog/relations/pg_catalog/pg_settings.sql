-- The session's settings as SHOW gives them; the others as an engine without options has them. Same columns as PostgreSQL 16.
CREATE OR REPLACE VIEW pg_catalog.pg_settings AS
SELECT
  engine.name,
  coalesce(
    mirror.session_setting(engine.name),
    CASE engine.context WHEN 'internal' THEN engine.setting ELSE engine.boot_val END
  ) AS setting,
  engine.unit, engine.category, engine.short_desc, engine.extra_desc, engine.context, engine.vartype,
  CASE WHEN mirror.session_setting(engine.name) IS DISTINCT FROM engine.boot_val AND mirror.session_setting(engine.name) IS NOT NULL
    THEN 'client' ELSE 'default' END AS source,
  engine.min_val, engine.max_val, engine.enumvals, engine.boot_val,
  coalesce(mirror.session_setting(engine.name), engine.boot_val) AS reset_val,
  NULL::text AS sourcefile, NULL::integer AS sourceline, false AS pending_restart
FROM pg_catalog.pg_show_all_settings() AS engine
WHERE engine.name NOT LIKE 'sallyport.%';
