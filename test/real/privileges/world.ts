/** Who there is and who was given what: the one source of the set-up and of what each role is expected to be allowed. */

export interface RoleFacts {
  readonly superuser?: true;
  readonly inherits?: false;
  readonly memberOf?: readonly RoleName[];
}

export const roles = {
  root: { superuser: true },
  owner: {},
  heir: { memberOf: ['owner'] },
  ward: { memberOf: ['owner'], inherits: false },
  user: {},
  team: {},
  mate: { memberOf: ['team'] },
  maker: {},
  locked_out: {},
  cut_off: {},
  manager: {},
  founder: {},
  admin: { memberOf: ['root'], inherits: false },
  stranger: {},
  spare: {},
} as const satisfies Readonly<Record<string, { superuser?: true; inherits?: false; memberOf?: readonly string[] }>>;

export type RoleName = keyof typeof roles;
export const roleNames = Object.keys(roles) as readonly RoleName[];
/** Those that say the statements; `spare` is only spoken of. */
export const speakers = roleNames.filter((name) => name !== 'spare');
const factsOf: Readonly<Record<RoleName, RoleFacts>> = roles;

/** What `owner` makes, by full name; `cut_off` is given one more connection. */
const definitions = {
  shop: 'CREATE DATABASE shop',
  'shop.desk': 'CREATE SCHEMA shop.desk',
  'shop.desk.tunnel': "CREATE CONNECTION shop.desk.tunnel TO SSH TUNNEL (HOST '127.0.0.1', USER 'u')",
  'shop.desk.password': "CREATE SECRET shop.desk.password AS 'x'",
  'shop.desk.db':
    "CREATE CONNECTION shop.desk.db TO POSTGRES (HOST 'h', DATABASE 'd', USER 'u', PASSWORD SECRET shop.desk.password, SSH TUNNEL shop.desk.tunnel) WITH (VALIDATE = false)",
  'shop.desk.taken': "CREATE CONNECTION shop.desk.taken TO SSH TUNNEL (HOST '127.0.0.1', USER 'u')",
  hall: 'CREATE DATABASE hall',
  'hall.public.tunnel': "CREATE CONNECTION hall.public.tunnel TO SSH TUNNEL (HOST '127.0.0.1', USER 'u')",
} as const;

export type ObjectName =
  | keyof typeof definitions
  | 'shop.public'
  | 'hall.public'
  | 'materialize'
  | 'materialize.public';

const kindWords: Readonly<Record<ObjectName | 'SYSTEM', string>> = {
  shop: 'DATABASE shop',
  'shop.desk': 'SCHEMA shop.desk',
  'shop.desk.tunnel': 'CONNECTION shop.desk.tunnel',
  'shop.desk.password': 'SECRET shop.desk.password',
  'shop.desk.db': 'CONNECTION shop.desk.db',
  'shop.desk.taken': 'CONNECTION shop.desk.taken',
  hall: 'DATABASE hall',
  'shop.public': 'SCHEMA shop.public',
  'hall.public': 'SCHEMA hall.public',
  'hall.public.tunnel': 'CONNECTION hall.public.tunnel',
  materialize: 'DATABASE materialize',
  'materialize.public': 'SCHEMA materialize.public',
  SYSTEM: 'SYSTEM',
};

interface Grant {
  readonly privilege: 'USAGE' | 'CREATE' | 'CREATEROLE' | 'CREATEDB';
  readonly on: ObjectName | 'SYSTEM';
  readonly to: RoleName | 'PUBLIC';
}

const usage = (to: Grant['to'], ...on: readonly ObjectName[]): readonly Grant[] =>
  on.map((object) => ({ privilege: 'USAGE', on: object, to }));

const granted: readonly Grant[] = [
  ...usage('user', 'shop', 'shop.desk', 'shop.desk.tunnel', 'shop.desk.password', 'shop.desk.db'),
  ...usage('team', 'shop', 'shop.desk', 'shop.desk.tunnel', 'shop.desk.password', 'shop.desk.db'),
  ...usage('maker', 'shop', 'shop.desk', 'shop.desk.tunnel', 'shop.desk.password'),
  { privilege: 'CREATE', on: 'shop', to: 'maker' },
  { privilege: 'CREATE', on: 'shop.desk', to: 'maker' },
  // of everything but the place
  ...usage('locked_out', 'shop.desk', 'shop.desk.tunnel', 'shop.desk.password', 'shop.desk.db'),
  // an owner whose own USAGE is taken away
  ...usage('cut_off', 'shop', 'shop.desk'),
  { privilege: 'CREATEROLE', on: 'SYSTEM', to: 'manager' },
  { privilege: 'CREATEDB', on: 'SYSTEM', to: 'founder' },
  ...usage('PUBLIC', 'hall', 'hall.public', 'hall.public.tunnel'),
];

/** What bootstrap and ownership give without a GRANT. */
const given: readonly Grant[] = [
  ...usage('PUBLIC', 'materialize', 'materialize.public'),
  ...(['shop', 'shop.public', 'shop.desk', 'hall', 'hall.public'] as const).flatMap((on) =>
    (['USAGE', 'CREATE'] as const).map((privilege): Grant => ({ privilege, on, to: 'owner' })),
  ),
  ...usage('owner', 'shop.desk.tunnel', 'shop.desk.password', 'shop.desk.db', 'hall.public.tunnel'),
];

const ownerOf = (object: string): RoleName | 'materialize' =>
  object.startsWith('materialize') ? 'materialize' : object === 'shop.desk.taken' ? 'cut_off' : 'owner';

/** Statements of a superuser that make this world. */
export function setUp(): readonly string[] {
  return [
    ...roleNames.map((name) => {
      const { superuser, inherits } = factsOf[name];
      return `CREATE ROLE ${name} LOGIN${superuser === true ? ' SUPERUSER' : ''}${inherits === false ? ' NOINHERIT' : ''}`;
    }),
    ...roleNames.flatMap((name) => (factsOf[name].memberOf ?? []).map((role) => `GRANT ${role} TO ${name}`)),
    'SET ROLE root',
    ...Object.values(definitions),
    ...[...Object.keys(definitions), 'shop.public', 'hall.public'].map(
      (object) => `ALTER ${kindWords[object as ObjectName]} OWNER TO ${ownerOf(object)}`,
    ),
    'REVOKE USAGE ON CONNECTION shop.desk.taken FROM cut_off',
    'RESET ROLE',
    ...granted.map(({ privilege, on, to }) => `GRANT ${privilege} ON ${kindWords[on]} TO ${to}`),
  ];
}

/** The role and those it is a member of; `all` counts memberships that are not inherited. */
function closure(role: RoleName, all: boolean): readonly RoleName[] {
  const { inherits, memberOf } = factsOf[role];
  const parents = inherits === false && !all ? [] : (memberOf ?? []);
  return [role, ...parents.flatMap((parent) => closure(parent, all))];
}

const isSuperuser = (role: RoleName): boolean => factsOf[role].superuser === true;

export const may = {
  beSuperuser: isSuperuser,
  become: (role: RoleName, wanted: string): boolean =>
    isSuperuser(role) || (closure(role, true) as readonly string[]).includes(wanted),
  own: (role: RoleName, object: string): boolean =>
    isSuperuser(role) || (closure(role, false) as readonly string[]).includes(ownerOf(object)),
  use: (role: RoleName, privilege: string, on: string): boolean =>
    isSuperuser(role) ||
    [...granted, ...given].some(
      (grant) =>
        grant.privilege === privilege &&
        grant.on === on &&
        (grant.to === 'PUBLIC' || closure(role, false).includes(grant.to)),
    ),
};
