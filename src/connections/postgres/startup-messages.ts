const protocol30 = 196_608;
const cancelRequestCode = 80_877_102;

/** A StartupMessage. Source: PostgreSQL 16 §55.7. */
export function startupMessage(start: {
  readonly user: string;
  readonly database: string;
  readonly parameters: ReadonlyMap<string, string>;
}): Buffer {
  const pairs = [['user', start.user], ['database', start.database], ...start.parameters];
  const body = Buffer.from(`${pairs.flat().join('\0')}\0\0`);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(head.length + body.length, 0);
  head.writeUInt32BE(protocol30, 4);
  return Buffer.concat([head, body]);
}

/** A CancelRequest of protocol 3.0. Source: PostgreSQL 16 §55.7. */
export function cancelRequest(processId: number, secret: number): Buffer {
  const request = Buffer.alloc(16);
  request.writeUInt32BE(request.length, 0);
  request.writeUInt32BE(cancelRequestCode, 4);
  request.writeInt32BE(processId, 8);
  request.writeInt32BE(secret, 12);
  return request;
}
