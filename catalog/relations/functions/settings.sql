-- A read carries its session's settings as JSON in sallyport.session: what SHOW says and what SELECT says are the same.
-- The engine's own functions are moved aside, not replaced: built-in OIDs would still run the built-in code.
UPDATE pg_catalog.pg_proc SET pronamespace = 'mirror'::regnamespace
WHERE oid IN (
  'pg_catalog.current_setting(text)'::regprocedure,
  'pg_catalog.current_setting(text, boolean)'::regprocedure,
  'pg_catalog.pg_backend_pid()'::regprocedure,
  'pg_catalog.set_config(text, text, boolean)'::regprocedure,
  'pg_catalog.version()'::regprocedure
);

CREATE FUNCTION mirror.session_setting(name text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(mirror.current_setting('sallyport.session', true), '')::jsonb ->> lower(name);

CREATE FUNCTION pg_catalog.current_setting(text) RETURNS text LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN coalesce(mirror.session_setting($1), mirror.current_setting($1));
COMMENT ON FUNCTION pg_catalog.current_setting(text) IS 'SHOW X as a function';

CREATE FUNCTION pg_catalog.current_setting(text, boolean) RETURNS text LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN coalesce(mirror.session_setting($1), mirror.current_setting($1, $2));
COMMENT ON FUNCTION pg_catalog.current_setting(text, boolean) IS 'SHOW X as a function, optionally no error for missing variable';

CREATE FUNCTION mirror.refuse(message text) RETURNS text LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = message; END $$;

-- What set_config does is shown from then on, and noted in sallyport.set: the server makes it last for the session.
CREATE FUNCTION mirror.set_and_note(name text, value text, local boolean) RETURNS text LANGUAGE sql VOLATILE
RETURN (
  SELECT CASE
    WHEN mirror.set_config(
        'sallyport.session',
        (coalesce(nullif(mirror.current_setting('sallyport.session', true), ''), '{}')::jsonb || jsonb_build_object(lower(name), given.value))::text,
        true
      ) IS NOT NULL
      AND mirror.set_config(
        'sallyport.set',
        (coalesce(nullif(mirror.current_setting('sallyport.set', true), ''), '[]')::jsonb || jsonb_build_array(jsonb_build_array(name, given.value, local)))::text,
        true
      ) IS NOT NULL
    THEN given.value
  END
  FROM (SELECT mirror.set_config(name, value, local) AS value OFFSET 0) AS given
);

-- Settings that a reader may change: what is harmless to others.
CREATE FUNCTION pg_catalog.set_config(text, text, boolean) RETURNS text LANGUAGE sql VOLATILE
RETURN CASE
  WHEN lower($1) IN (
    'application_name', 'bytea_output', 'client_encoding', 'client_min_messages', 'datestyle', 'default_text_search_config',
    'extra_float_digits', 'idle_in_transaction_session_timeout', 'intervalstyle', 'jit', 'lc_messages', 'lc_monetary',
    'lc_numeric', 'lc_time', 'lock_timeout', 'quote_all_identifiers', 'row_security', 'search_path',
    'standard_conforming_strings', 'statement_timeout', 'synchronize_seqscans', 'timezone', 'transaction_timeout', 'xmlbinary',
    'xmloption'
  ) THEN mirror.set_and_note($1, $2, $3)
  WHEN $1 IS NULL THEN NULL
  ELSE mirror.refuse(format('permission denied to set parameter "%s"', $1))
END;
COMMENT ON FUNCTION pg_catalog.set_config(text, text, boolean) IS 'SET X as a function';

CREATE FUNCTION pg_catalog.pg_backend_pid() RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(nullif(mirror.current_setting('sallyport.process_id', true), '')::integer, 0);
COMMENT ON FUNCTION pg_catalog.pg_backend_pid() IS 'statistics: current backend PID';

CREATE FUNCTION pg_catalog.version() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN mirror.current_setting('sallyport.version', true);
COMMENT ON FUNCTION pg_catalog.version() IS 'PostgreSQL version string';

CREATE FUNCTION mz_catalog.mz_version() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN mirror.current_setting('sallyport.mz_version', true);
COMMENT ON FUNCTION mz_catalog.mz_version() IS 'The version of this server, in the form that clients of the dialect compare.';

CREATE FUNCTION mz_catalog.mz_environment_id() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN mirror.current_setting('sallyport.environment_id', true);
COMMENT ON FUNCTION mz_catalog.mz_environment_id() IS 'The identity of this catalog, made once.';

CREATE FUNCTION mz_catalog.mz_is_superuser() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN mirror.session_setting('is_superuser') = 'on';
COMMENT ON FUNCTION mz_catalog.mz_is_superuser() IS 'Whether the current role is a superuser.';

CREATE FUNCTION mz_catalog.mz_now() RETURNS numeric LANGUAGE sql STABLE PARALLEL SAFE
RETURN trunc(extract(epoch FROM now()) * 1000);
COMMENT ON FUNCTION mz_catalog.mz_now() IS 'The time of the statement, in milliseconds since 1970.';
