-- What became of clients that were relayed to the server of a connection: a history like the others.

CREATE TABLE relays (
  id                INTEGER PRIMARY KEY AUTOINCREMENT,
  occurred_at       TEXT NOT NULL,
  event             TEXT NOT NULL CHECK (event IN ('opened', 'failed', 'closed')),
  process_id        INTEGER NOT NULL,
  connection_id     TEXT NOT NULL,
  connection_name   TEXT NOT NULL,
  role              TEXT NOT NULL,
  client_address    TEXT NOT NULL,
  server_process_id INTEGER,
  duration_ms       INTEGER NOT NULL,
  bytes_from_client INTEGER NOT NULL,
  bytes_from_server INTEGER NOT NULL,
  reason            TEXT
) STRICT;
