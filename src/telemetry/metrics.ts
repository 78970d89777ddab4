import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { addProcessMetrics } from './process-metrics.ts';

type Labels<L extends string> = Readonly<Record<L, string>>;

/** Counts upward. Names end in `_total`. */
export interface CounterMetric<L extends string> {
  add(labels: Labels<L>, amount?: number): void;
}

/** Durations or sizes by bucket. Names end in their unit: `_seconds`, `_bytes`. */
export interface HistogramMetric<L extends string> {
  observe(labels: Labels<L>, value: number): void;
}

export interface MetricOptions<L extends string> {
  /** With the prefix `sallyport_` and the unit last: `sallyport_tunnel_dials_total`. */
  readonly name: string;
  readonly help: string;
  /** Labels of few values only: never a user's text. */
  readonly labels?: readonly L[];
}

/** What the rooms may do with metrics. Each name is made once, by the room that owns it. */
export interface Metrics {
  counter<L extends string = never>(options: MetricOptions<L>): CounterMetric<L>;
  histogram<L extends string = never>(
    options: MetricOptions<L> & { readonly buckets: readonly number[] },
  ): HistogramMetric<L>;
  /** `read` is asked at each scrape. */
  gauge(options: MetricOptions<never>, read: () => number): void;
  /** Like `gauge`, one value for each value of the label. */
  gauges<L extends string>(
    options: MetricOptions<L>,
    read: () => Iterable<{ readonly labels: Labels<L>; readonly value: number }>,
  ): void;
  /** Everything in Prometheus' text format. */
  scrape(): Promise<{ readonly contentType: string; readonly body: string }>;
}

/** A registry of its own, with the process' CPU, memory, files and start time in it. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const metrics: Metrics = {
    counter({ name, help, labels = [] }) {
      const counter = new Counter({ name, help, labelNames: [...labels], registers });
      return { add: (given, amount = 1) => counter.inc(given, amount) };
    },
    histogram({ name, help, labels = [], buckets }) {
      const histogram = new Histogram({ name, help, labelNames: [...labels], buckets: [...buckets], registers });
      return { observe: (given, value) => histogram.observe(given, value) };
    },
    gauge({ name, help }, read) {
      addGauge(registers, { name, help, labels: [] }, () => [{ labels: {}, value: read() }]);
    },
    gauges(options, read) {
      addGauge(registers, options, read);
    },
    async scrape() {
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
  addProcessMetrics(metrics);
  return metrics;
}

function addGauge<L extends string>(
  registers: Registry[],
  { name, help, labels = [] }: MetricOptions<L>,
  read: () => Iterable<{ readonly labels: Labels<L>; readonly value: number }>,
): void {
  const gauge = new Gauge<L>({
    name,
    help,
    labelNames: [...labels],
    registers,
    collect() {
      gauge.reset();
      for (const reading of read()) gauge.set(reading.labels, reading.value);
    },
  });
}
