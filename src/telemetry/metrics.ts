import type { Counter, Gauge, Histogram } from 'prom-client';
import { LateRegistry } from './late-registry.ts';
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

/** One value of a metric that is read at a scrape. */
export interface Reading<L extends string> {
  readonly labels: Labels<L>;
  readonly value: number;
}

/** For a gauge: what `count` gives for each of the things that are there, added up. */
export const sumOf =
  <Thing>(things: () => Iterable<Thing>, count: (thing: Thing) => number): (() => number) =>
  () => {
    let total = 0;
    for (const thing of things()) total += count(thing);
    return total;
  };

/** What the rooms may do with metrics. Each name is made once, by the room that owns it. */
export interface Metrics {
  counter<L extends string = never>(options: MetricOptions<L>): CounterMetric<L>;
  histogram<L extends string = never>(
    options: MetricOptions<L> & { readonly buckets: readonly number[] },
  ): HistogramMetric<L>;
  /** `read` is asked at each scrape. */
  gauge(options: MetricOptions<never>, read: () => number): void;
  /** Like `gauge`, one value for each value of the label. */
  gauges<L extends string>(options: MetricOptions<L>, read: () => Iterable<Reading<L>>): void;
  /** Counters that the room keeps itself, in plain numbers: `read` is asked at each scrape, and its values never sink. */
  counters<L extends string>(options: MetricOptions<L>, read: () => Iterable<Reading<L>>): void;
  /** Everything in Prometheus' text format. */
  scrape(): Promise<{ readonly contentType: string; readonly body: string }>;
}

/** A registry of its own, with the process' CPU, memory, files and start time in it. */
export function createMetrics(): Metrics {
  const late = new LateRegistry();
  const metrics: Metrics = {
    counter: (options) => addCounter(late, options),
    histogram: (options) => addHistogram(late, options),
    gauge({ name, help }, read) {
      addGauge(late, { name, help, labels: [] }, () => [{ labels: {}, value: read() }]);
    },
    gauges: (options, read) => addGauge(late, options, read),
    counters: (options, read) => addReadCounter(late, options, read),
    async scrape() {
      const registry = await late.load();
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
  addProcessMetrics(metrics);
  return metrics;
}

function addCounter<L extends string>(
  late: LateRegistry,
  { name, help, labels = [] }: MetricOptions<L>,
): CounterMetric<L> {
  let counter: Counter<L> | undefined;
  late.define(name, (client, registers) => {
    counter = new client.Counter({ name, help, labelNames: [...labels], registers });
  });
  return { add: (given, amount = 1) => late.do(() => counter?.inc(given, amount)) };
}

function addHistogram<L extends string>(
  late: LateRegistry,
  { name, help, labels = [], buckets }: MetricOptions<L> & { readonly buckets: readonly number[] },
): HistogramMetric<L> {
  let histogram: Histogram<L> | undefined;
  late.define(name, (client, registers) => {
    histogram = new client.Histogram({ name, help, labelNames: [...labels], buckets: [...buckets], registers });
  });
  return { observe: (given, value) => late.do(() => histogram?.observe(given, value)) };
}

function addGauge<L extends string>(
  late: LateRegistry,
  { name, help, labels = [] }: MetricOptions<L>,
  read: () => Iterable<Reading<L>>,
): void {
  late.define(name, (client, registers) => {
    const gauge: Gauge<L> = new client.Gauge<L>({
      name,
      help,
      labelNames: [...labels],
      registers,
      collect() {
        gauge.reset();
        for (const reading of read()) gauge.set(reading.labels, reading.value);
      },
    });
  });
}

function addReadCounter<L extends string>(
  late: LateRegistry,
  { name, help, labels = [] }: MetricOptions<L>,
  read: () => Iterable<Reading<L>>,
): void {
  late.define(name, (client, registers) => {
    const counter: Counter<L> = new client.Counter<L>({
      name,
      help,
      labelNames: [...labels],
      registers,
      collect() {
        counter.reset();
        for (const reading of read()) counter.inc(reading.labels, reading.value);
      },
    });
  });
}
