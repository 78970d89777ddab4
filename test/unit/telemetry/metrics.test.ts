import { describe, expect, it } from 'vitest';
import { createMetrics } from '../../../src/telemetry/index.ts';

describe('createMetrics', () => {
  it('shows counters, histograms and gauges in the text format', async () => {
    const metrics = createMetrics();
    const dials = metrics.counter({ name: 'sallyport_dials_total', help: 'Dials.', labels: ['result'] });
    dials.add({ result: 'ok' });
    dials.add({ result: 'ok' }, 2);
    metrics.histogram({ name: 'sallyport_dial_seconds', help: 'Times.', buckets: [0.1, 1] }).observe({}, 0.5);
    const { contentType, body } = await metrics.scrape();
    expect(contentType).toContain('text/plain');
    expect(body).toContain('sallyport_dials_total{result="ok"} 3');
    expect(body).toContain('sallyport_dial_seconds_bucket{le="1"} 1');
  });

  it('reads gauges at each scrape and forgets values that are gone', async () => {
    const metrics = createMetrics();
    let sessions = 1;
    let states = [{ labels: { state: 'connected' }, value: 2 }];
    metrics.gauge({ name: 'sallyport_sessions', help: 'Sessions.' }, () => sessions);
    metrics.gauges({ name: 'sallyport_tunnels', help: 'Tunnels.', labels: ['state'] }, () => states);
    expect((await metrics.scrape()).body).toMatch(/sallyport_sessions 1\n[^]*sallyport_tunnels\{state="connected"\} 2/);
    sessions = 5;
    states = [];
    const { body } = await metrics.scrape();
    expect(body).toContain('sallyport_sessions 5');
    expect(body).not.toContain('connected');
  });

  it('reads counters that a room keeps itself', async () => {
    const metrics = createMetrics();
    let reads = 2;
    metrics.counters({ name: 'sallyport_reads_total', help: 'Reads.', labels: ['path'] }, () => [
      { labels: { path: 'cache' }, value: reads },
    ]);
    expect((await metrics.scrape()).body).toContain('sallyport_reads_total{path="cache"} 2');
    reads = 7;
    const { body } = await metrics.scrape();
    expect(body).toContain('# TYPE sallyport_reads_total counter');
    expect(body).toContain('sallyport_reads_total{path="cache"} 7');
  });

  it('has the process metrics and no others of its own', async () => {
    const { body } = await createMetrics().scrape();
    const names = [...body.matchAll(/^# TYPE (\S+)/gm)].map((match) => match[1]);
    expect(names).toEqual([
      'process_start_time_seconds',
      'process_cpu_seconds_total',
      'process_resident_memory_bytes',
      'process_open_fds',
    ]);
    expect(Number(/^process_resident_memory_bytes (\d+)/m.exec(body)?.[1])).toBeGreaterThan(1e6);
  });

  it('keeps what comes before and after it is loaded, however much', async () => {
    const metrics = createMetrics();
    const early = metrics.counter({ name: 'sallyport_early_total', help: '.' });
    for (let each = 0; each < 1_500; each += 1) early.add({});
    await metrics.scrape();
    early.add({}, 500);
    expect((await metrics.scrape()).body).toContain('sallyport_early_total 2000');
  });

  it('refuses a second metric of a name', () => {
    const metrics = createMetrics();
    metrics.counter({ name: 'sallyport_once_total', help: '.' });
    expect(() => metrics.counter({ name: 'sallyport_once_total', help: '.' })).toThrow('sallyport_once_total already');
  });

  it('keeps registries apart', async () => {
    createMetrics().counter({ name: 'sallyport_twice_total', help: '.' });
    expect(() => createMetrics().counter({ name: 'sallyport_twice_total', help: '.' })).not.toThrow();
  });
});
