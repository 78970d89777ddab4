/**
 * What an answer may use and still be kept until the catalog changes: reviewed by hand, for the engine's own marks do not
 * say it (665 functions are STABLE, format_type as well as now). Not in it: time, chance, settings, privileges.
 * A name stands for all its overloads.
 */
const functions = words(`
  abs any_value array_agg array_append array_cat array_length array_lower array_position array_positions array_prepend
  array_remove array_replace array_to_string array_upper ascii avg bit_length bool_and bool_or btrim cardinality ceil ceiling
  char_length character_length chr col_description concat concat_ws count decode dense_rank div encode every first_value
  floor format format_type generate_subscripts greatest initcap json_agg json_array_elements json_array_elements_text
  json_array_length json_build_array json_build_object json_each json_each_text json_extract_path json_extract_path_text
  json_object json_object_agg json_object_keys json_typeof jsonb_agg jsonb_array_elements jsonb_array_elements_text
  jsonb_array_length jsonb_build_array jsonb_build_object jsonb_each jsonb_each_text jsonb_extract_path
  jsonb_extract_path_text jsonb_object jsonb_object_agg jsonb_object_keys jsonb_pretty jsonb_set jsonb_strip_nulls
  jsonb_typeof lag last_value lead least left length like like_escape lower lpad ltrim max md5 min mod mode mz_environment_id
  mz_version notlike nth_value ntile num_nonnulls num_nulls nullif obj_description octet_length overlay parse_ident
  percent_rank percentile_cont percentile_disc pg_encoding_to_char pg_get_constraintdef pg_get_expr
  pg_get_function_arguments pg_get_function_identity_arguments pg_get_function_result pg_get_indexdef pg_get_keywords
  pg_get_partkeydef pg_get_serial_sequence pg_get_userbyid pg_get_viewdef pg_opclass_is_visible pg_operator_is_visible
  pg_size_pretty pg_table_is_visible pg_type_is_visible pg_typeof position power quote_ident quote_literal quote_nullable rank
  regexp_count regexp_instr regexp_like regexp_match regexp_matches regexp_replace regexp_split_to_array
  regexp_split_to_table regexp_substr repeat replace reverse right round row_number row_to_json rpad rtrim sha256 shobj_description
  sign split_part sqrt starts_with string_agg string_to_array string_to_table strpos substr substring sum to_hex to_json
  to_jsonb to_regclass to_regnamespace to_regtype translate trim trunc unnest upper version width_bucket _pg_expandarray
`);

const types = words(`
  bool boolean bpchar bytea char cidr float4 float8 inet int2 int2vector int4 int8 json jsonb macaddr name numeric oid
  oidvector regclass regnamespace regproc regprocedure regtype text uuid varchar
`);

const operators = words(
  '= <> != < > <= >= + - * / % ^ || ~ ~* !~ !~* ~~ ~~* !~~ !~~* & | # << >> -> ->> #> #>> @> <@ && ? ?| ?& ^@',
);

/** Types whose texts may mean another value each time (`now`). Source: PostgreSQL 16, pg_type. */
const movingTypeOids = new Set([1082, 1083, 1114, 1184, 1186, 1266, 1115, 1182, 1183, 1185, 1187, 1270]);

/** Literals that mean another value each time when they are read as a date or a time. */
const movingLiteral = /'\s*(?:now|today|tomorrow|yesterday)\b/i;

export const isSteadyFunction = (name: string): boolean => functions.has(name);
export const isSteadyType = (name: string): boolean => types.has(name);
export const isSteadyOperator = (name: string): boolean => operators.has(name);
/** 0 is a type yet to be inferred. */
export const isSteadyParameterType = (oid: number): boolean => oid !== 0 && !movingTypeOids.has(oid);
export const hasMovingLiteral = (text: string): boolean => movingLiteral.test(text);

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
