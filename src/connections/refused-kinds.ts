import type { RefusedKind } from './kind.ts';

/** Kinds of the dialect that cannot be opened here: their statements parse and print, and are refused with 0A000. */
export const aws: RefusedKind = {
  words: ['AWS'],
  refused: true,
  optionNames: [
    'ACCESS KEY ID',
    'ASSUME ROLE ARN',
    'ASSUME ROLE SESSION NAME',
    'ENDPOINT',
    'REGION',
    'SECRET ACCESS KEY',
    'SESSION TOKEN',
  ],
  hint: 'Connections to AWS itself are not supported. Databases in AWS are reached by POSTGRES, MYSQL or KAFKA connections through an SSH TUNNEL.',
};

export const awsPrivatelink: RefusedKind = {
  words: ['AWS', 'PRIVATELINK'],
  refused: true,
  optionNames: ['SERVICE NAME', 'AVAILABILITY ZONES', 'PORT'],
  hint: 'There is no AWS PrivateLink outside the cloud service. Reach the private network through a bastion: CREATE CONNECTION … TO SSH TUNNEL.',
};

export const sqlServer: RefusedKind = {
  words: ['SQL', 'SERVER'],
  refused: true,
  optionNames: [
    'HOST',
    'PORT',
    'DATABASE',
    'USER',
    'PASSWORD',
    'SSL MODE',
    'SSL CERTIFICATE',
    'SSL KEY',
    'SSL CERTIFICATE AUTHORITY',
    'SSH TUNNEL',
    'AWS PRIVATELINK',
  ],
  hint: 'Supported are SSH TUNNEL, POSTGRES, MYSQL, KAFKA and CONFLUENT SCHEMA REGISTRY.',
};

export const icebergCatalog: RefusedKind = {
  words: ['ICEBERG', 'CATALOG'],
  refused: true,
  optionNames: ['CATALOG TYPE', 'URL', 'CREDENTIAL', 'SCOPE', 'WAREHOUSE', 'AWS CONNECTION'],
  hint: 'Supported are SSH TUNNEL, POSTGRES, MYSQL, KAFKA and CONFLUENT SCHEMA REGISTRY.',
};
