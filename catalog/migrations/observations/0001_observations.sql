-- What the server saw. Forward only: never edited after a release, see ../../README.md.

CREATE TABLE host_keys (
  tunnel_id     TEXT NOT NULL,
  fingerprint   TEXT NOT NULL,
  algorithm     TEXT NOT NULL,
  public_key    TEXT NOT NULL,
  first_seen_at TEXT NOT NULL,
  last_seen_at  TEXT NOT NULL,
  PRIMARY KEY (tunnel_id, fingerprint)
) STRICT, WITHOUT ROWID;

CREATE TABLE key_acceptances (
  tunnel_id         TEXT NOT NULL,
  fingerprint       TEXT NOT NULL,
  bastion           TEXT NOT NULL,
  first_accepted_at TEXT NOT NULL,
  last_accepted_at  TEXT NOT NULL,
  PRIMARY KEY (tunnel_id, fingerprint, bastion)
) STRICT, WITHOUT ROWID;

-- Histories: numbers are never given twice, rows are only added at the end and cut off at the start.

CREATE TABLE validations (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  occurred_at     TEXT NOT NULL,
  connection_id   TEXT NOT NULL,
  connection_name TEXT NOT NULL,
  role            TEXT NOT NULL,
  started_at      TEXT NOT NULL,
  result          TEXT NOT NULL CHECK (result IN ('succeeded', 'failed', 'cancelled')),
  failing_stage   TEXT,
  error           TEXT,
  stages          TEXT NOT NULL CHECK (json_type(stages) = 'array')
) STRICT;

CREATE TABLE tunnel_statuses (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  occurred_at TEXT NOT NULL,
  tunnel_id   TEXT NOT NULL,
  state       TEXT NOT NULL,
  error       TEXT,
  stage       TEXT,
  hint        TEXT
) STRICT;

CREATE TABLE secret_uses (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  occurred_at   TEXT NOT NULL,
  secret_id     TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  role          TEXT NOT NULL
) STRICT;
