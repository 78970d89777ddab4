-- The system of record. Forward only: never edited after a release, see ../README.md.
-- Foreign keys are deferred: a commit is a list of changes whose order is the planner's.

CREATE TABLE catalog (
  one            INTEGER PRIMARY KEY CHECK (one = 1),
  version        INTEGER NOT NULL,
  environment_id TEXT    NOT NULL,
  created_at     TEXT    NOT NULL
) STRICT;

CREATE TABLE roles (
  id                TEXT    PRIMARY KEY,
  oid               INTEGER NOT NULL UNIQUE,
  name              TEXT    NOT NULL UNIQUE,
  inherit           INTEGER NOT NULL CHECK (inherit IN (0, 1)),
  superuser         INTEGER NOT NULL CHECK (superuser IN (0, 1)),
  login             INTEGER NOT NULL CHECK (login IN (0, 1)),
  password_verifier TEXT,
  settings          TEXT    NOT NULL CHECK (json_type(settings) = 'object')
) STRICT, WITHOUT ROWID;

CREATE TABLE role_members (
  role_id    TEXT NOT NULL REFERENCES roles DEFERRABLE INITIALLY DEFERRED,
  member_id  TEXT NOT NULL REFERENCES roles DEFERRABLE INITIALLY DEFERRED,
  grantor_id TEXT NOT NULL REFERENCES roles DEFERRABLE INITIALLY DEFERRED,
  PRIMARY KEY (role_id, member_id, grantor_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX role_members_member ON role_members (member_id);
CREATE INDEX role_members_grantor ON role_members (grantor_id);

CREATE TABLE databases (
  id         TEXT    PRIMARY KEY,
  oid        INTEGER NOT NULL UNIQUE,
  name       TEXT    NOT NULL UNIQUE,
  owner_id   TEXT    NOT NULL REFERENCES roles DEFERRABLE INITIALLY DEFERRED,
  privileges TEXT    NOT NULL CHECK (json_type(privileges) = 'array')
) STRICT, WITHOUT ROWID;

CREATE INDEX databases_owner ON databases (owner_id);

CREATE TABLE schemas (
  id          TEXT    PRIMARY KEY,
  oid         INTEGER NOT NULL UNIQUE,
  -- null: a system schema, in every database
  database_id TEXT    REFERENCES databases DEFERRABLE INITIALLY DEFERRED,
  name        TEXT    NOT NULL,
  owner_id    TEXT    NOT NULL REFERENCES roles DEFERRABLE INITIALLY DEFERRED,
  privileges  TEXT    NOT NULL CHECK (json_type(privileges) = 'array')
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX schemas_name ON schemas (ifnull(database_id, ''), name);
CREATE INDEX schemas_database ON schemas (database_id);
CREATE INDEX schemas_owner ON schemas (owner_id);

-- One name space and one id space for all kinds.
CREATE TABLE items (
  id         TEXT    PRIMARY KEY,
  oid        INTEGER NOT NULL UNIQUE,
  schema_id  TEXT    NOT NULL REFERENCES schemas DEFERRABLE INITIALLY DEFERRED,
  name       TEXT    NOT NULL,
  kind       TEXT    NOT NULL CHECK (kind IN ('connection', 'secret', 'source', 'table')),
  -- what stands after TO in CREATE CONNECTION, as ssh-tunnel; null for kinds without types
  type       TEXT,
  owner_id   TEXT    NOT NULL REFERENCES roles DEFERRABLE INITIALLY DEFERRED,
  privileges TEXT    NOT NULL CHECK (json_type(privileges) = 'array'),
  create_sql TEXT    NOT NULL,
  -- what the kind's own relation shows; nothing secret
  facts      TEXT    NOT NULL CHECK (json_type(facts) = 'object'),
  UNIQUE (schema_id, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX items_owner ON items (owner_id);

CREATE TABLE item_dependencies (
  item_id       TEXT    NOT NULL REFERENCES items DEFERRABLE INITIALLY DEFERRED,
  -- order of first mention in create_sql
  position      INTEGER NOT NULL,
  depends_on_id TEXT    NOT NULL REFERENCES items DEFERRABLE INITIALLY DEFERRED,
  PRIMARY KEY (item_id, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX item_dependencies_depends_on ON item_dependencies (depends_on_id);

CREATE TABLE ssh_tunnel_keys (
  item_id     TEXT    NOT NULL REFERENCES items DEFERRABLE INITIALLY DEFERRED,
  slot        INTEGER NOT NULL CHECK (slot IN (1, 2)),
  public_key  TEXT    NOT NULL,
  fingerprint TEXT    NOT NULL,
  created_at  TEXT    NOT NULL,
  PRIMARY KEY (item_id, slot)
) STRICT, WITHOUT ROWID;

-- Sealed under the data key; `<item_id>/<slot>` is authenticated with the bytes.
CREATE TABLE sealed (
  item_id TEXT NOT NULL REFERENCES items DEFERRABLE INITIALLY DEFERRED,
  slot    TEXT NOT NULL,
  sealed  BLOB NOT NULL,
  PRIMARY KEY (item_id, slot)
) STRICT, WITHOUT ROWID;

CREATE TABLE comments (
  object_kind TEXT    NOT NULL,
  object_id   TEXT    NOT NULL,
  -- a column's position from 1; 0 for the object itself
  sub_id      INTEGER NOT NULL,
  comment     TEXT    NOT NULL,
  PRIMARY KEY (object_kind, object_id, sub_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE default_privileges (
  -- p: FOR ALL ROLES
  role_id     TEXT NOT NULL,
  database_id TEXT REFERENCES databases DEFERRABLE INITIALLY DEFERRED,
  schema_id   TEXT REFERENCES schemas DEFERRABLE INITIALLY DEFERRED,
  object_kind TEXT NOT NULL,
  grantee     TEXT NOT NULL,
  -- letters
  privileges  TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX default_privileges_key
  ON default_privileges (role_id, ifnull(database_id, ''), ifnull(schema_id, ''), object_kind, grantee);
CREATE INDEX default_privileges_database ON default_privileges (database_id);
CREATE INDEX default_privileges_schema ON default_privileges (schema_id);

CREATE TABLE system_privileges (
  grantee    TEXT NOT NULL,
  grantor    TEXT NOT NULL REFERENCES roles DEFERRABLE INITIALLY DEFERRED,
  -- letters
  privileges TEXT NOT NULL,
  PRIMARY KEY (grantee, grantor)
) STRICT, WITHOUT ROWID;

CREATE INDEX system_privileges_grantor ON system_privileges (grantor);

CREATE TABLE system_settings (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The next number of each id space: numbers are never given twice.
CREATE TABLE counters (
  name TEXT    PRIMARY KEY CHECK (name IN ('item', 'schema', 'database', 'role', 'oid')),
  next INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER counters_only_grow BEFORE UPDATE ON counters WHEN new.next < old.next
BEGIN
  SELECT raise(ABORT, 'a counter never goes back');
END;

CREATE TABLE audit_events (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  occurred_at    TEXT NOT NULL,
  event_type     TEXT NOT NULL,
  object_kind    TEXT NOT NULL,
  details        TEXT NOT NULL CHECK (json_type(details) = 'object'),
  user           TEXT NOT NULL,
  client_address TEXT NOT NULL
) STRICT;

CREATE TRIGGER audit_events_are_never_changed BEFORE UPDATE ON audit_events
BEGIN
  SELECT raise(ABORT, 'audit events are append-only');
END;

CREATE TRIGGER audit_events_are_never_removed BEFORE DELETE ON audit_events
BEGIN
  SELECT raise(ABORT, 'audit events are append-only');
END;

-- INSERT OR REPLACE removes without the trigger above.
CREATE TRIGGER audit_events_are_never_replaced BEFORE INSERT ON audit_events
WHEN EXISTS (SELECT 1 FROM audit_events WHERE id = new.id)
BEGIN
  SELECT raise(ABORT, 'audit events are append-only');
END;
