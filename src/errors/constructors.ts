import { PgError, type PgErrorFields } from './pg-error.ts';

type Fields = Pick<PgErrorFields, 'detail' | 'hint' | 'position1' | 'cause'>;

/** 42601. */
export const syntaxError = (message: string, fields: Fields = {}): PgError =>
  new PgError('syntax_error', message, fields);

/** 42704. `name` as the user wrote it, qualified if they qualified it. Text as in Materialize: `unknown catalog item 'x'`. */
export const undefinedItem = (name: string, fields: Fields = {}): PgError =>
  new PgError('undefined_object', `unknown catalog item '${name}'`, fields);

/** 42704 for `unknown role 'x'`, `unknown cluster 'x'`; 3F000 for schemas, 3D000 for databases. */
export function undefinedObject(
  kind: 'role' | 'cluster' | 'schema' | 'database',
  name: string,
  fields: Fields = {},
): PgError {
  const code =
    kind === 'schema' ? 'invalid_schema_name' : kind === 'database' ? 'invalid_catalog_name' : 'undefined_object';
  return new PgError(code, `unknown ${kind} '${name}'`, fields);
}

/** 42710; `fullName` is quoted in the text. */
export const duplicateObject = (kind: string, fullName: string, fields: Fields = {}): PgError =>
  new PgError(
    kind === 'database' ? 'duplicate_database' : kind === 'schema' ? 'duplicate_schema' : 'duplicate_object',
    `${kind} "${fullName}" already exists`,
    fields,
  );

/** 42809. */
export const wrongObjectType = (message: string, fields: Fields = {}): PgError =>
  new PgError('wrong_object_type', message, fields);

/** 22023: a value of an option or parameter that cannot be taken. */
export const invalidValue = (message: string, fields: Fields = {}): PgError =>
  new PgError('invalid_parameter_value', message, fields);

/** 2BP01. */
export const dependentObjects = (message: string, fields: Fields = {}): PgError =>
  new PgError('dependent_objects_still_exist', message, fields);

/** 0A000. */
export const notSupported = (message: string, fields: Fields = {}): PgError =>
  new PgError('feature_not_supported', message, fields);

/** 42501. */
export const permissionDenied = (message: string, fields: Fields = {}): PgError =>
  new PgError('insufficient_privilege', message, fields);

/** 55000. */
export const notInState = (message: string, fields: Fields = {}): PgError =>
  new PgError('object_not_in_prerequisite_state', message, fields);

/** 54000, or 54001 when it is nesting that is too deep. */
export const limitExceeded = (message: string, fields: Fields & { readonly tooComplex?: boolean } = {}): PgError =>
  new PgError(fields.tooComplex === true ? 'statement_too_complex' : 'program_limit_exceeded', message, fields);

/** 57014. */
export const queryCancelled = (message = 'canceling statement due to user request', fields: Fields = {}): PgError =>
  new PgError('query_canceled', message, fields);

/** 08P01. */
export const protocolViolation = (message: string, fields: PgErrorFields = {}): PgError =>
  new PgError('protocol_violation', message, fields);

/** 53100. */
export const diskFull = (message: string, fields: Fields = {}): PgError => new PgError('disk_full', message, fields);

/** 58030. */
export const ioError = (message: string, fields: Fields = {}): PgError => new PgError('io_error', message, fields);

/** XX001. */
export const dataCorrupted = (message: string, fields: Fields = {}): PgError =>
  new PgError('data_corrupted', message, fields);

/** 42622: one part of a name that is longer than the server takes. */
export const nameTooLong = (sizeBytes: number, sizeBytesMax: number, fields: Fields = {}): PgError =>
  new PgError(
    'name_too_long',
    `identifier of ${sizeBytes} bytes is too long, at most ${sizeBytesMax} are allowed`,
    fields,
  );
