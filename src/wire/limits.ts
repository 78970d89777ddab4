/** What a client may take of the server. Every limit has an SQLSTATE; none is off by default. Read at each use: an owner may change them while it runs. */
export interface WireLimits {
  /** Largest message of a session; a longer one is skipped with 54000. */
  readonly messageBytesMax: number;
  /** Largest message before login; a longer one ends the connection with 08P01. */
  readonly loginMessageBytesMax: number;
  /** Largest query string; 54000. */
  readonly statementBytesMax: number;
  /** Prepared statements and portals of one session; 53400. */
  readonly statementsMax: number;
  readonly portalsMax: number;
  /** Bytes of query strings and parameters that one session's statements and portals may hold together; 53400. */
  readonly namedBytesMax: number;
  /** Unread input above which a connection is read no further until the session has caught up. */
  readonly inputBytesMax: number;
  /** From the first byte to the end of authentication; 57014. */
  readonly loginTimeoutMs: number;
  /** Connections that have not logged in yet; the oldest gives way to a new one: 53300. */
  readonly loginsMax: number;
  /** Sessions in total, those of them that only superusers may use, and those of one role and one address: 53300. */
  readonly connectionsMax: number;
  readonly superuserConnections: number;
  readonly connectionsPerRoleMax: number;
  readonly connectionsPerAddressMax: number;
  /** Output that may wait for a client before its statement does. */
  readonly outputBytesMax: number;
  /** How long a client may leave output unread before it is taken for dead; 08006. */
  readonly stallTimeoutMs: number;
}

export const defaultLimits: WireLimits = {
  messageBytesMax: 16 * 1024 * 1024,
  loginMessageBytesMax: 10_000,
  statementBytesMax: 1024 * 1024,
  statementsMax: 10_000,
  portalsMax: 1_000,
  namedBytesMax: 64 * 1024 * 1024,
  inputBytesMax: 256 * 1024,
  loginTimeoutMs: 60_000,
  loginsMax: 500,
  connectionsMax: 10_000,
  superuserConnections: 5,
  connectionsPerRoleMax: 10_000,
  connectionsPerAddressMax: 10_000,
  outputBytesMax: 64 * 1024,
  stallTimeoutMs: 10 * 60_000,
};
