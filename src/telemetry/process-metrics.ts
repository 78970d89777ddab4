import { readdirSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { Metrics } from './metrics.ts';

/** The process metrics that Prometheus' own clients give, by their usual names. Source: Prometheus, "Writing client libraries". */
export function addProcessMetrics(metrics: Metrics): void {
  metrics.gauge({ name: 'process_start_time_seconds', help: 'Start of the process since the epoch in seconds.' }, () =>
    Math.round(performance.timeOrigin / 1000),
  );
  metrics.counters({ name: 'process_cpu_seconds_total', help: 'User and system CPU time spent in seconds.' }, () => {
    const usage = process.cpuUsage();
    return [{ labels: {}, value: (usage.user + usage.system) / 1e6 }];
  });
  metrics.gauge({ name: 'process_resident_memory_bytes', help: 'Resident memory in bytes.' }, () =>
    process.memoryUsage.rss(),
  );
  metrics.gauge(
    { name: 'process_open_fds', help: 'Open file descriptors; 0 where the system does not say.' },
    openFiles,
  );
}

function openFiles(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;
  }
}
