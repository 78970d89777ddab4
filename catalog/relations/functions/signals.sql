-- A read that names one of these carries, in sallyport.backends, whom the reading role may signal. Signals are noted in
-- sallyport.signals: the server sends them once the statement has succeeded.
UPDATE pg_catalog.pg_proc SET pronamespace = 'mirror'::regnamespace
WHERE oid IN (
  'pg_catalog.pg_cancel_backend(integer)'::regprocedure,
  'pg_catalog.pg_terminate_backend(integer, bigint)'::regprocedure
);

CREATE FUNCTION mirror.refuse(message text, detail text) RETURNS boolean LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = message, DETAIL = detail; END $$;

CREATE FUNCTION mirror.signal(process_id integer, kind text, refusal text, of_superusers text, of_others text)
RETURNS boolean LANGUAGE sql VOLATILE
RETURN CASE nullif(mirror.current_setting('sallyport.backends', true), '')::jsonb ->> process_id::text
  WHEN 'superuser' THEN mirror.refuse(refusal, format('Only roles with the SUPERUSER attribute may %s.', of_superusers))
  WHEN 'role' THEN mirror.refuse(refusal, format('Only superusers and roles with privileges of the role whose %s.', of_others))
  ELSE mirror.set_config(
      'sallyport.signals',
      (coalesce(nullif(mirror.current_setting('sallyport.signals', true), ''), '[]')::jsonb || jsonb_build_array(jsonb_build_array(process_id, kind)))::text,
      true
    ) IS NOT NULL
    AND coalesce(nullif(mirror.current_setting('sallyport.backends', true), '')::jsonb ? process_id::text, false)
END;

CREATE FUNCTION pg_catalog.pg_cancel_backend(integer) RETURNS boolean LANGUAGE sql VOLATILE STRICT
RETURN mirror.signal(
  $1, 'cancel', 'permission denied to cancel query',
  'cancel queries of roles with the SUPERUSER attribute', 'query is being canceled may cancel this query'
);
COMMENT ON FUNCTION pg_catalog.pg_cancel_backend(integer) IS 'cancel a server process'' current query';

-- Whoever is to be ended is told to go at once; there is nothing to wait for.
CREATE FUNCTION pg_catalog.pg_terminate_backend(pid integer, timeout bigint DEFAULT 0) RETURNS boolean LANGUAGE sql VOLATILE STRICT
RETURN mirror.signal(
  $1, 'terminate', 'permission denied to terminate process',
  'terminate processes of roles with the SUPERUSER attribute', 'process is being terminated may terminate this process'
);
COMMENT ON FUNCTION pg_catalog.pg_terminate_backend(integer, bigint) IS 'terminate a server process';
