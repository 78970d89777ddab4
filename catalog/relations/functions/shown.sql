-- What the engine says of itself, as this server means it.
UPDATE pg_catalog.pg_proc SET pronamespace = 'mirror'::regnamespace
WHERE oid IN (
  'pg_catalog.current_schemas(boolean)'::regprocedure,
  'pg_catalog.pg_get_viewdef(oid)'::regprocedure,
  'pg_catalog.pg_get_viewdef(oid, boolean)'::regprocedure,
  'pg_catalog.pg_get_viewdef(oid, integer)'::regprocedure,
  'pg_catalog.pg_get_viewdef(text)'::regprocedure,
  'pg_catalog.pg_get_viewdef(text, boolean)'::regprocedure
);

-- mz_catalog ends every search path; it counts only where the session named it.
CREATE FUNCTION pg_catalog.current_schemas(boolean) RETURNS name[] LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN CASE
  WHEN $1 OR 'mz_catalog' = ANY (string_to_array(mirror.session_setting('search_path'), ', ')) THEN mirror.current_schemas($1)
  ELSE array_remove(mirror.current_schemas($1), 'mz_catalog')
END;
COMMENT ON FUNCTION pg_catalog.current_schemas(boolean) IS 'current schema search list';

-- The private tables are written mirror.… in the files of the relations, and shown so.
CREATE FUNCTION pg_catalog.pg_get_viewdef(oid) RETURNS text LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN replace(mirror.pg_get_viewdef($1), 'pg_toast.', 'mirror.');
CREATE FUNCTION pg_catalog.pg_get_viewdef(oid, boolean) RETURNS text LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN replace(mirror.pg_get_viewdef($1, $2), 'pg_toast.', 'mirror.');
CREATE FUNCTION pg_catalog.pg_get_viewdef(oid, integer) RETURNS text LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN replace(mirror.pg_get_viewdef($1, $2), 'pg_toast.', 'mirror.');
CREATE FUNCTION pg_catalog.pg_get_viewdef(text) RETURNS text LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN replace(mirror.pg_get_viewdef($1), 'pg_toast.', 'mirror.');
CREATE FUNCTION pg_catalog.pg_get_viewdef(text, boolean) RETURNS text LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN replace(mirror.pg_get_viewdef($1, $2), 'pg_toast.', 'mirror.');
