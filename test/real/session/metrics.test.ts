import { expect, it } from 'vitest';
import { startSallyport } from '../../support/sallyport.ts';

it('what the server did is counted at /metrics, under names and units as Prometheus wants', async () => {
  await using server = await startSallyport();
  const client = await server.client();
  await client.query("CREATE SECRET counted AS 'x'");
  await client.query('SELECT 1');
  await client.query('SELECT name FROM mz_secrets');
  await expect(client.query('SELECT nosuch')).rejects.toThrow('nosuch');
  const text = await (await server.get('/metrics')).text();

  expect(text).toMatch(/^sallyport_sessions 1$/m);
  expect(text).toMatch(/^sallyport_sessions_opened_total [1-9]\d*$/m);
  expect(text).toMatch(/^sallyport_statements_total\{path="catalog"\} 1$/m);
  expect(text).toMatch(/^sallyport_statements_total\{path="read"\} 3$/m);
  expect(text).toMatch(/^sallyport_statement_errors_total 1$/m);
  expect(text).toMatch(/^sallyport_tunnel_sessions 0$/m);
  for (const [, name, type] of text.matchAll(/^# TYPE (\S+) (\S+)/gm)) {
    expect(name).toMatch(/^(?:sallyport|process)_[a-z_]+$/);
    expect(name?.endsWith('_total')).toBe(type === 'counter');
  }
});
