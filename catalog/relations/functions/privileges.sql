-- has_*_privilege and pg_has_role: the engine decides by owners and access lists, which are the catalog's; nobody is a
-- superuser of the engine, so superusers of the catalog are added here.

CREATE FUNCTION mirror.is_superuser(role_name name) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
RETURN EXISTS (SELECT FROM mirror.roles AS role WHERE role.name = role_name AND role.superuser);

CREATE FUNCTION mirror.is_superuser(role_oid oid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
RETURN EXISTS (SELECT FROM mirror.roles AS role WHERE mirror.role_oid(role.id) = role_oid AND role.superuser);

DO $$
DECLARE
  checked record;
BEGIN
  FOR checked IN
    SELECT
      p.oid,
      p.proname,
      pg_get_function_identity_arguments(p.oid) AS arguments,
      (SELECT string_agg(
         -- The object stands before the privilege. Databases alone have OIDs that are not the engine's.
         CASE WHEN p.proname = 'has_database_privilege' AND n = p.pronargs - 1 AND p.proargtypes[n - 1] = 'oid'::regtype
           THEN format('mirror.engine_database($%s)', n) ELSE '$' || n END,
         ', ' ORDER BY n)
       FROM generate_series(1, p.pronargs) AS n) AS passed,
      -- The role comes first where there is one: one argument more than what is asked needs.
      CASE WHEN p.pronargs > asked.needs THEN '$1' ELSE 'current_user' END AS role,
      -- Clients ask for PostgreSQL's predefined roles by name (psql's \l+). They are not here: only a superuser has what they give.
      CASE
        WHEN p.proname = 'pg_has_role' AND p.proargtypes[p.pronargs - 2] = 'name'::regtype
        THEN format(
          'WHEN $%s IN (%s) THEN false', p.pronargs - 1,
          (SELECT string_agg(quote_literal(role.name), ', ')
           FROM (VALUES
             ('pg_checkpoint'), ('pg_create_subscription'), ('pg_database_owner'), ('pg_execute_server_program'), ('pg_maintain'),
             ('pg_monitor'), ('pg_read_all_data'), ('pg_read_all_settings'), ('pg_read_all_stats'), ('pg_read_server_files'),
             ('pg_signal_autovacuum_worker'), ('pg_signal_backend'), ('pg_stat_scan_tables'), ('pg_use_reserved_connections'),
             ('pg_write_all_data'), ('pg_write_server_files')
           ) AS role(name))
        )
        ELSE ''
      END AS without_looking,
      obj_description(p.oid, 'pg_proc') AS comment
    FROM pg_catalog.pg_proc AS p
    JOIN (VALUES
      ('has_any_column_privilege', 2), ('has_column_privilege', 3), ('has_database_privilege', 2),
      ('has_foreign_data_wrapper_privilege', 2), ('has_function_privilege', 2), ('has_language_privilege', 2),
      ('has_schema_privilege', 2), ('has_sequence_privilege', 2), ('has_server_privilege', 2), ('has_table_privilege', 2),
      ('has_tablespace_privilege', 2), ('has_type_privilege', 2), ('pg_has_role', 2)
    ) AS asked(name, needs) ON asked.name = p.proname
    WHERE p.pronamespace = 'pg_catalog'::regnamespace
  LOOP
    UPDATE pg_catalog.pg_proc SET pronamespace = 'mirror'::regnamespace WHERE oid = checked.oid;
    EXECUTE format(
      'CREATE FUNCTION pg_catalog.%1$I(%2$s) RETURNS boolean LANGUAGE sql STABLE STRICT PARALLEL SAFE
       RETURN CASE CASE %5$s WHEN true THEN mirror.%1$I(%3$s) END WHEN false THEN mirror.is_superuser(%4$s) WHEN true THEN true END',
      checked.proname, checked.arguments, checked.passed, checked.role, checked.without_looking
    );
    EXECUTE format('COMMENT ON FUNCTION pg_catalog.%I(%s) IS %L', checked.proname, checked.arguments, checked.comment);
  END LOOP;
END
$$;

-- Privileges that PostgreSQL has no objects for. A name is looked up as the statements of the dialect do: one to three parts.
CREATE FUNCTION mirror.roles_of(role_oid oid) RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER
BEGIN ATOMIC
  WITH RECURSIVE held(role_id) AS (
    SELECT role.id FROM mirror.roles AS role WHERE mirror.role_oid(role.id) = role_oid
    UNION
    SELECT membership.role_id FROM mirror.role_members AS membership JOIN held ON membership.member_id = held.role_id
  )
  SELECT role_id FROM held;
END;

CREATE FUNCTION mirror.acl_grants(acl text[], owner_id text, role_oid oid, letter text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
RETURN mirror.is_superuser(role_oid)
  OR owner_id IN (SELECT mirror.roles_of(role_oid))
  OR EXISTS (
    SELECT FROM unnest(acl) AS item
    WHERE position(letter IN split_part(split_part(item, '=', 2), '/', 1)) > 0
      AND (item LIKE '=%' OR split_part(item, '=', 1) IN (SELECT mirror.roles_of(role_oid)))
  );

CREATE FUNCTION mirror.privilege_letter(privilege text) RETURNS text LANGUAGE sql STABLE
RETURN coalesce(
  (SELECT known.letter
   FROM (VALUES ('r', 'SELECT'), ('a', 'INSERT'), ('w', 'UPDATE'), ('d', 'DELETE'), ('U', 'USAGE'), ('C', 'CREATE'),
     ('R', 'CREATEROLE'), ('B', 'CREATEDB'), ('N', 'CREATECLUSTER'), ('P', 'CREATENETWORKPOLICY')) AS known(letter, name)
   WHERE known.name = upper(trim(privilege))),
  mirror.refuse(format('unrecognized privilege type: "%s"', privilege))
);

CREATE FUNCTION mirror.item_oid(kind text, name text) RETURNS oid LANGUAGE sql STABLE SECURITY DEFINER
RETURN (
  SELECT item.oid
  FROM mirror.items AS item
  JOIN mirror.schemas AS schema ON schema.key = item.schema_id
  LEFT JOIN mirror.databases AS database ON database.key = schema.database_id
  CROSS JOIN (SELECT parse_ident(item_oid.name) AS parts) AS wanted
  WHERE item.kind = item_oid.kind
    AND item.name = wanted.parts[cardinality(wanted.parts)]
    AND CASE cardinality(wanted.parts)
      WHEN 1 THEN database.name = current_database() AND schema.name = ANY (current_schemas(false))
      WHEN 2 THEN database.name = current_database() AND schema.name = wanted.parts[1]
      ELSE database.name = wanted.parts[1] AND schema.name = wanted.parts[2]
    END
  ORDER BY array_position(current_schemas(false), schema.name::name)
  LIMIT 1
);

CREATE FUNCTION mirror.has_item_privilege(kind text, role_oid oid, item_oid oid, privilege text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
RETURN (
  SELECT mirror.acl_grants(item.privileges, item.owner_id, role_oid, mirror.privilege_letter(privilege))
  FROM mirror.items AS item
  WHERE item.oid = item_oid AND item.kind = has_item_privilege.kind
);

DO $$
DECLARE
  kind text;
BEGIN
  FOREACH kind IN ARRAY ARRAY['connection', 'secret'] LOOP
    EXECUTE format($f$
      CREATE FUNCTION mz_catalog.has_%1$s_privilege(role oid, object oid, privilege text) RETURNS boolean LANGUAGE sql STABLE STRICT
      RETURN mirror.has_item_privilege(%1$L, role, object, privilege);
      CREATE FUNCTION mz_catalog.has_%1$s_privilege(role text, object oid, privilege text) RETURNS boolean LANGUAGE sql STABLE STRICT
      RETURN mirror.has_item_privilege(%1$L, quote_ident(role)::regrole, object, privilege);
      CREATE FUNCTION mz_catalog.has_%1$s_privilege(object oid, privilege text) RETURNS boolean LANGUAGE sql STABLE STRICT
      RETURN mirror.has_item_privilege(%1$L, quote_ident(current_user)::regrole, object, privilege);
      CREATE FUNCTION mz_catalog.has_%1$s_privilege(role oid, object text, privilege text) RETURNS boolean LANGUAGE sql STABLE STRICT
      RETURN mirror.has_item_privilege(%1$L, role, mirror.item_oid(%1$L, object), privilege);
      CREATE FUNCTION mz_catalog.has_%1$s_privilege(role text, object text, privilege text) RETURNS boolean LANGUAGE sql STABLE STRICT
      RETURN mirror.has_item_privilege(%1$L, quote_ident(role)::regrole, mirror.item_oid(%1$L, object), privilege);
      CREATE FUNCTION mz_catalog.has_%1$s_privilege(object text, privilege text) RETURNS boolean LANGUAGE sql STABLE STRICT
      RETURN mirror.has_item_privilege(%1$L, quote_ident(current_user)::regrole, mirror.item_oid(%1$L, object), privilege);
    $f$, kind);
  END LOOP;
END
$$;

CREATE FUNCTION mirror.has_system_privilege(role_oid oid, privilege text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
RETURN mirror.acl_grants((SELECT array_agg(granted.privileges) FROM mirror.system_privileges AS granted), 's1', role_oid, mirror.privilege_letter(privilege));

CREATE FUNCTION mz_catalog.has_system_privilege(role oid, privilege text) RETURNS boolean LANGUAGE sql STABLE STRICT
RETURN mirror.has_system_privilege(role, privilege);
CREATE FUNCTION mz_catalog.has_system_privilege(role text, privilege text) RETURNS boolean LANGUAGE sql STABLE STRICT
RETURN mirror.has_system_privilege(quote_ident(role)::regrole, privilege);
CREATE FUNCTION mz_catalog.has_system_privilege(privilege text) RETURNS boolean LANGUAGE sql STABLE STRICT
RETURN mirror.has_system_privilege(quote_ident(current_user)::regrole, privilege);
