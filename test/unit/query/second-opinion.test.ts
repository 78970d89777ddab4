import { loadModule } from 'libpg-query';
import { beforeAll, describe, expect, it } from 'vitest';
import { agree, opinionsOn } from './second-opinion.ts';

beforeAll(async () => loadModule());

const statements = [
  'SELECT mz_connections.name, mz_ssh_tunnel_connections.* FROM mz_connections JOIN mz_ssh_tunnel_connections USING(id)',
  'SELECT * FROM mz_catalog.mz_egress_ips',
  'SELECT * FROM materialize.mz_catalog.mz_egress_ips AS e',
  'SELECT count(*) FROM mz_connections c LEFT JOIN mz_secrets s ON s.schema_id = c.schema_id WHERE c.id IN (SELECT id FROM mz_internal.mz_comments)',
  'WITH t AS (SELECT id FROM mz_roles), u AS (SELECT * FROM t) SELECT * FROM u, mz_databases',
  'WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 5) SELECT * FROM n',
  'SELECT (SELECT max(id) FROM mz_audit_events) AS last, s.name FROM mz_schemas s ORDER BY (SELECT 1 FROM mz_clusters)',
  'SELECT id FROM mz_roles UNION SELECT id FROM mz_databases EXCEPT SELECT id FROM mz_schemas',
  'SELECT * FROM (SELECT * FROM mz_objects) o WHERE EXISTS (SELECT 1 FROM mz_internal.mz_object_dependencies d WHERE d.object_id = o.id)',
  'SELECT CASE WHEN EXISTS (SELECT 1 FROM mz_tables) THEN 1 ELSE 0 END',
  'SELECT a.id FROM mz_roles a, LATERAL (SELECT b.id FROM mz_role_members b WHERE b.member = a.id) m',
  'SELECT n.nspname FROM pg_catalog.pg_namespace n WHERE n.nspname !~ $1',
  'SELECT 1',
  'SELECT * FROM ((mz_roles a JOIN mz_role_members b ON b.member = a.id) JOIN mz_databases c ON true) LEFT JOIN mz_secrets s ON true',
];

/** Statements about which the two differ, and why the gate is right. */
const disagreements: Readonly<Record<string, string>> = {
  'SELECT * FROM ((mz_roles a JOIN mz_role_members b ON b.member = a.id) JOIN mz_databases c ON true) LEFT JOIN mz_secrets s ON true':
    'node-sql-parser loses the relations of a join in parentheses',
};

describe('another parser', () => {
  it('has an opinion on most of these statements', () => {
    const both = statements.map(opinionsOn).filter(({ gate, other }) => gate !== null && other !== null);
    expect(both.length).toBeGreaterThan(statements.length * 0.8);
  });

  it.each(statements)('sees the same relations, unless it is known to err, in %s', (text) => {
    const opinions = opinionsOn(text);
    expect(opinions.gate).not.toBeNull();
    expect(agree(opinions), JSON.stringify(opinions)).toBe(disagreements[text] === undefined);
  });
});
