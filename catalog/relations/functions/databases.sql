-- The database that reads is the engine's own, OID 5; by what is shown it has the OID that the catalog gave it.
CREATE FUNCTION mirror.own_database() RETURNS oid LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(mirror.current_setting('sallyport.database_oid', true), '')::oid;

CREATE FUNCTION mirror.engine_database(shown oid) RETURNS oid LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE shown WHEN mirror.own_database() THEN 5::oid ELSE shown END;

-- Takes the place of pg_database in what users ask (src/query/gate/judge.ts).
CREATE FUNCTION mirror.databases_shown() RETURNS SETOF pg_catalog.pg_database LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT
    CASE own.oid WHEN 5 THEN coalesce(mirror.own_database(), own.oid) ELSE own.oid END,
    own.datname, own.datdba, own.encoding, own.datlocprovider, own.datistemplate, own.datallowconn, own.dathasloginevt,
    own.datconnlimit, own.datfrozenxid, own.datminmxid, own.dattablespace, own.datcollate, own.datctype, own.datlocale,
    own.daticurules, own.datcollversion, own.datacl
  FROM pg_catalog.pg_database AS own;
END;

UPDATE pg_catalog.pg_proc SET pronamespace = 'mirror'::regnamespace WHERE oid = 'pg_catalog.pg_database_size(oid)'::regprocedure;
CREATE FUNCTION pg_catalog.pg_database_size(oid) RETURNS bigint LANGUAGE sql VOLATILE STRICT PARALLEL SAFE
RETURN mirror.pg_database_size(mirror.engine_database($1));
COMMENT ON FUNCTION pg_catalog.pg_database_size(oid) IS 'total disk space usage for the specified database';
