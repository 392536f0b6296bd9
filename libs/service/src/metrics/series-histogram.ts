import { Histogram, type HistogramConfiguration, type LabelValues } from 'prom-client';

type Options<Label extends string> = HistogramConfiguration<Label> & { buckets: readonly number[] };

/**
 * A histogram for what every request is measured by: a combination of labels is found by one word, and an observation is an addition
 * to its {@link Series}. `observe` of prom-client checks and hashes the labels each time.
 */
export class SeriesHistogram<Label extends string> extends Histogram<Label> {
  private readonly known = new Map<string, Series<Label>>();

  constructor(private readonly options: Options<Label>) {
    super(options);
  }

  /** The series that `key` stands for; its labels are asked for the first time. */
  series(key: string, labels: () => LabelValues<Label>): Series<Label> {
    let series = this.known.get(key);
    if (!series) this.known.set(key, (series = new Series(labels(), this.options.buckets)));
    return series;
  }

  /** What a registry asks a metric for; prom-client's types do not tell of it. */
  getForPromString(): Promise<object> {
    const { name, help } = this.options;
    const values = Array.from(this.known.values(), series => series.values(name)).flat();
    return Promise.resolve({ name, help, type: 'histogram', aggregator: 'sum', values });
  }
}

/** The observations of one combination of labels. */
export class Series<Label extends string> {
  private readonly buckets: { le: number; count: number }[];
  private sum = 0;

  constructor(
    private readonly labels: LabelValues<Label>,
    bounds: readonly number[],
  ) {
    this.buckets = [...bounds, Number.POSITIVE_INFINITY].map(le => ({ le, count: 0 }));
  }

  observe(value: number): void {
    for (const bucket of this.buckets) {
      if (value > bucket.le) continue;
      bucket.count++;
      break;
    }
    this.sum += value;
  }

  /** As Prometheus has it: each bucket counts what is at most its bound. */
  values(name: string): object[] {
    const { labels: sharedLabels, sum } = this;
    let upTo = 0;
    const buckets = this.buckets.map(({ le, count }) => ({
      metricName: `${name}_bucket`,
      labels: { le: Number.isFinite(le) ? le : '+Inf' },
      value: (upTo += count),
      sharedLabels,
    }));
    return [
      ...buckets,
      { metricName: `${name}_sum`, value: sum, sharedLabels },
      { metricName: `${name}_count`, value: upTo, sharedLabels },
    ];
  }
}
