-- Databases, roles and schemas are made the engine's own, so that pg_get_userbyid, regrole, current_schema, \l, \dn and
-- the rest answer as in PostgreSQL. Only the schemas of the database that reads are there at a time.
-- The system role is the engine's first role, OID 10; the database that reads is the engine's only real one, OID 5.

CREATE FUNCTION mirror.role_oid(role_id text) RETURNS oid LANGUAGE sql STABLE
RETURN CASE role_id WHEN 's1' THEN 10::oid ELSE (SELECT role.oid FROM mirror.roles AS role WHERE role.key = role_id) END;

CREATE FUNCTION mirror.acl(privileges text[], usage_name text) RETURNS aclitem[] LANGUAGE sql STABLE
RETURN (
  SELECT array_agg(granted.item) FROM (
    SELECT makeaclitem(
      CASE split_part(entry, '=', 1) WHEN '' THEN 0::oid ELSE mirror.role_oid(split_part(entry, '=', 1)) END,
      mirror.role_oid(split_part(entry, '/', 2)),
      (SELECT string_agg(privilege.name, ', ')
       FROM (VALUES ('r', 'SELECT'), ('a', 'INSERT'), ('w', 'UPDATE'), ('d', 'DELETE'), ('U', usage_name), ('C', 'CREATE')) AS privilege(letter, name)
       WHERE position(privilege.letter IN split_part(split_part(entry, '=', 2), '/', 1)) > 0),
      false
    ) AS item
    FROM unnest(privileges) AS entry
  ) AS granted
  WHERE granted.item IS NOT NULL
);

-- Whoever may log in may connect to every database: USAGE is about what is in it.
CREATE FUNCTION mirror.database_acl(privileges text[], owner_id text) RETURNS aclitem[] LANGUAGE sql STABLE
RETURN mirror.acl(array_append(array(SELECT item FROM unnest(privileges) AS item WHERE item NOT LIKE '=%'), '=U/' || owner_id), 'CONNECT');

CREATE FUNCTION mirror.sync_roles() RETURNS void LANGUAGE sql BEGIN ATOMIC
  DELETE FROM pg_catalog.pg_authid AS old
  WHERE old.oid <> 10 AND NOT EXISTS (
    SELECT FROM mirror.roles AS role
    WHERE role.oid = old.oid AND role.name = old.rolname AND role.inherit = old.rolinherit AND role.login = old.rolcanlogin
  );
  -- Nobody is a superuser of the engine: what a superuser of the catalog may see, the relations themselves say.
  INSERT INTO pg_catalog.pg_authid
    (oid, rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls, rolconnlimit)
  SELECT role.oid, role.name, false, role.inherit, false, false, role.login, false, false, -1
  FROM mirror.roles AS role
  WHERE role.id <> 's1' AND NOT EXISTS (SELECT FROM pg_catalog.pg_authid AS old WHERE old.oid = role.oid);

  DELETE FROM pg_catalog.pg_auth_members AS old
  WHERE NOT EXISTS (
    SELECT FROM mirror.role_members AS membership
    WHERE mirror.role_oid(membership.role_id) = old.roleid
      AND mirror.role_oid(membership.member_id) = old.member
      AND mirror.role_oid(membership.grantor_id) = old.grantor
  );
  INSERT INTO pg_catalog.pg_auth_members (oid, roleid, member, grantor, admin_option, inherit_option, set_option)
  SELECT
    ((SELECT coalesce(max(old.oid::bigint), 1000000000) FROM pg_catalog.pg_auth_members AS old) + row_number() OVER ())::oid,
    membership.role_oid, membership.member_oid, membership.grantor_oid, false, true, true
  FROM (
    SELECT
      mirror.role_oid(role_id) AS role_oid, mirror.role_oid(member_id) AS member_oid, mirror.role_oid(grantor_id) AS grantor_oid
    FROM mirror.role_members
  ) AS membership
  WHERE membership.role_oid IS NOT NULL AND membership.member_oid IS NOT NULL AND membership.grantor_oid IS NOT NULL
    AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_auth_members AS old
      WHERE old.roleid = membership.role_oid AND old.member = membership.member_oid AND old.grantor = membership.grantor_oid
    );

  -- What PostgreSQL shows to superusers alone, and is harmless here, is theirs to read.
  UPDATE pg_catalog.pg_class AS class
  SET relacl = superusers.acl
  FROM (
    SELECT array_agg(makeaclitem(mirror.role_oid(role.id), 10, CASE role.id WHEN 's1' THEN 'SELECT, INSERT, UPDATE, DELETE' ELSE 'SELECT' END, false) ORDER BY role.oid) AS acl
    FROM mirror.roles AS role
    WHERE role.superuser
  ) AS superusers
  WHERE class.oid IN (
      'pg_catalog.pg_authid'::regclass, 'pg_catalog.pg_shadow'::regclass, 'pg_catalog.pg_subscription'::regclass,
      'pg_catalog.pg_user_mapping'::regclass
    )
    AND class.relacl IS DISTINCT FROM superusers.acl;

  DELETE FROM pg_catalog.pg_db_role_setting;
  INSERT INTO pg_catalog.pg_db_role_setting (setdatabase, setrole, setconfig)
  SELECT 0, mirror.role_oid(role.id), (SELECT array_agg(setting.key || '=' || setting.value) FROM jsonb_each_text(role.settings) AS setting)
  FROM mirror.roles AS role
  WHERE role.settings <> '{}';
END;

CREATE FUNCTION mirror.sync_places() RETURNS void LANGUAGE sql BEGIN ATOMIC
  SELECT mirror.set_config('sallyport.database_oid', coalesce(max(database.oid)::text, ''), false)
  FROM mirror.databases AS database
  WHERE database.name = mirror.current_setting('sallyport.database', true);
  DELETE FROM pg_catalog.pg_database AS old
  WHERE old.oid <> 5 AND NOT EXISTS (
    SELECT FROM mirror.databases AS database
    WHERE database.oid = old.oid AND database.name = old.datname
      AND database.name <> mirror.current_setting('sallyport.database', true)
      AND mirror.role_oid(database.owner_id) = old.datdba
      AND mirror.database_acl(database.privileges, database.owner_id) IS NOT DISTINCT FROM old.datacl
  );
  UPDATE pg_catalog.pg_database AS own
  SET datname = database.name, datdba = coalesce(mirror.role_oid(database.owner_id), 10), datacl = mirror.database_acl(database.privileges, database.owner_id)
  FROM mirror.databases AS database
  WHERE own.oid = 5 AND database.name = mirror.current_setting('sallyport.database', true)
    AND (own.datname::text, own.datdba, own.datacl)
      IS DISTINCT FROM (database.name, mirror.role_oid(database.owner_id), mirror.database_acl(database.privileges, database.owner_id));
  INSERT INTO pg_catalog.pg_database
  SELECT (jsonb_populate_record(own, jsonb_build_object(
    'oid', database.oid, 'datname', database.name, 'datdba', coalesce(mirror.role_oid(database.owner_id), 10),
    'datacl', mirror.database_acl(database.privileges, database.owner_id)::text
  ))).*
  FROM mirror.databases AS database, pg_catalog.pg_database AS own
  WHERE own.oid = 5 AND database.name <> own.datname
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_database AS old WHERE old.oid = database.oid);

  DELETE FROM pg_catalog.pg_namespace AS old
  WHERE old.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema', 'mz_catalog', 'mz_internal')
    AND NOT EXISTS (
      SELECT FROM mirror.schemas AS schema
      JOIN mirror.databases AS database ON database.key = schema.database_id
      WHERE database.name = mirror.current_setting('sallyport.database', true)
        AND schema.oid = old.oid AND schema.name = old.nspname
        AND mirror.role_oid(schema.owner_id) = old.nspowner
        AND mirror.acl(schema.privileges, 'USAGE') IS NOT DISTINCT FROM old.nspacl
    );
  INSERT INTO pg_catalog.pg_namespace (oid, nspname, nspowner, nspacl)
  SELECT schema.oid, schema.name, coalesce(mirror.role_oid(schema.owner_id), 10), mirror.acl(schema.privileges, 'USAGE')
  FROM mirror.schemas AS schema
  JOIN mirror.databases AS database ON database.key = schema.database_id
  WHERE database.name = mirror.current_setting('sallyport.database', true)
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_namespace AS old WHERE old.oid = schema.oid);
END;

-- obj_description(oid) and shobj_description find the comments on this server's objects. The engine's own have OIDs below 20000.
CREATE FUNCTION mirror.sync_comments() RETURNS void LANGUAGE sql BEGIN ATOMIC
  DELETE FROM pg_catalog.pg_description WHERE objoid >= 20000;
  INSERT INTO pg_catalog.pg_description (objoid, classoid, objsubid, description)
  SELECT item.oid, 'pg_catalog.pg_class'::regclass, comment.sub_id, comment.comment
  FROM mirror.comments AS comment
  JOIN mirror.items AS item ON item.key = comment.object_id
  WHERE comment.object_kind NOT IN ('schema', 'database', 'role', 'cluster')
  UNION ALL
  SELECT schema.oid, 'pg_catalog.pg_namespace'::regclass, 0, comment.comment
  FROM mirror.comments AS comment
  JOIN mirror.schemas AS schema ON schema.key = comment.object_id
  WHERE comment.object_kind = 'schema';
  DELETE FROM pg_catalog.pg_shdescription;
  INSERT INTO pg_catalog.pg_shdescription (objoid, classoid, description)
  SELECT
    database.oid,
    'pg_catalog.pg_database'::regclass,
    comment.comment
  FROM mirror.comments AS comment
  JOIN mirror.databases AS database ON database.key = comment.object_id
  WHERE comment.object_kind = 'database'
  UNION ALL
  SELECT mirror.role_oid(role.id), 'pg_catalog.pg_authid'::regclass, comment.comment
  FROM mirror.comments AS comment
  JOIN mirror.roles AS role ON role.key = comment.object_id
  WHERE comment.object_kind = 'role';
END;
