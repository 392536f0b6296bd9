import type { DataDescription, EvaluationReport, HistogramBin, ModelReport, TierBand } from '@laurel/learning';
import { barChart, escaped } from './charts.js';
import { testedOf } from './tested-of.js';

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c2430;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{padding:.3rem .6rem;border-bottom:1px solid #dde3ea;text-align:right}th:first-child,td:first-child{text-align:left;white-space:nowrap}.table{overflow-x:auto}
.words td,.words th{text-align:left;vertical-align:top}
tr.best td{font-weight:600}.good{color:#17683a}.bad{color:#a32020}figure{margin:1rem 0}figcaption{font-weight:600;margin-bottom:.3rem}
svg{width:100%;height:auto;font:12px system-ui,sans-serif}.bar{fill:#9db4cc}.strong{fill:#2b5f94}.interval{stroke:#1c2430;stroke-width:1.5}
.label{text-anchor:end;fill:#1c2430}.value{fill:#4a5665}`;

/** The report of `laurel evaluate` as one HTML page that needs nothing else. */
export function evaluationPage(report: EvaluationReport): string {
  const { data } = report;
  const models = Object.entries(report.models).sort(([, a], [, b]) => b.NDCG5 - a.NDCG5);
  const best = report.models[report.best];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Recommendation models</title><style>${STYLE}</style></head><body>
<h1>Recommendation models</h1>
<p>${testedOf(report)} customers tested. <strong>${escaped(report.best)}</strong> was best on validation, so it is the one to serve; the test chose nothing.
Bars of figures have their 95 % interval.</p>
<h2>Data</h2>
${verdict(data)}
${table(
  ['part', 'rows', 'customers', 'products'],
  data.parts.map(({ name, rows, customers, products }) => [name, ...[rows, customers, products].map(whole)]),
)}
<p>Missing values: none, rows that lack one are refused. ${percent(data.density)} of all pairs of a customer and a product are in train. The tenth of the products with the most rows
makes up ${percent(data.topTenthShare)} of them. ${percent(data.unknownProducts)} of the test's rows have a product that nobody had bought before, ${percent(data.unknownCustomers)} a customer without a past.</p>
${interests(data.interests)}${histogram('Products of a customer', data.productsPerCustomer)}
${histogram('Customers of a product', data.customersPerProduct)}
${histogram('Pieces of a product that a customer bought', data.quantities)}
<p>How figures of customers go along with each other: correlations of their logarithms, from −1 to 1.</p>
${table(
  ['', ...data.correlations.figures],
  data.correlations.figures.map((name, at) => [
    name,
    ...(data.correlations.matrix[at] ?? []).map(value => value.toFixed(2)),
  ]),
)}
<h2>Models</h2>
${metric('NDCG@5', models, report.best, model => [model.NDCG5, model.intervals.NDCG5])}
${metric('HR@5', models, report.best, model => [model.HR5, model.intervals.HR5])}
${metric('recall@20', models, report.best, model => [model.recall20, model.intervals.recall20])}
${table(
  ['model', 'HR@5', 'NDCG@5', 'validation', 'MAP@5', 'recall@20', 'rank', 'coverage', 'novelty', 'seconds'],
  models.map(([name, m]) => [
    name,
    ...[m.HR5, m.NDCG5, m.validationNDCG5, m.MAP5, m.recall20, m.meanPercentileRank, m.coverage].map(figure),
    ...[m.novelty, m.seconds].map(value => value.toFixed(2)),
  ]),
  models.findIndex(([name]) => name === report.best),
)}
<h2>By customers' past</h2>
<p>NDCG@5 of customers by how many different products they had bought before.</p>
${table(
  ['model', ...(best?.byCustomers ?? []).map(({ from, to, users: n }) => `${from}–${to} (${n})`)],
  models.map(([name, { byCustomers }]) => [name, ...byCustomers.map(({ NDCG5 }) => figure(NDCG5))]),
)}
${byTier(models, best?.byTier)}
<h2>By popularity</h2>
<p>Share of what was bought that is among the first twenty, by how many customers have the product: head is half of all purchases, middle three tenths, tail the rest.</p>
${table(
  [
    'model',
    ...(best?.byPopularity ?? []).map(({ band, items, bought }) => `${band} (${items} products, ${bought} bought)`),
  ],
  models.map(([name, { byPopularity }]) => [name, ...byPopularity.map(({ recall20 }) => figure(recall20))]),
)}
<h2>Parameters</h2>
<div class="words">${table(
    ['model', 'parameters'],
    models.map(([name, { parameters }]) => [
      name,
      Object.entries(parameters)
        .map(([key, value]) => `${key} ${value}`)
        .join(', '),
    ]),
  )}</div>
</body></html>
`;
}

function byTier(models: readonly (readonly [string, ModelReport])[], tiers: readonly TierBand[] | undefined): string {
  if (!tiers || tiers.length === 0) return '';
  const head = ['model', ...tiers.map(({ tier, users }) => `${tier} (${users})`)];
  const rows = models.map(([name, model]) => [name, ...(model.byTier ?? []).map(({ NDCG5 }) => figure(NDCG5))]);
  return `<h2>By loyalty tier</h2>\n<p>NDCG@5 of the customers of each tier.</p>\n${table(head, rows)}`;
}

function interests(found: DataDescription['interests']): string {
  if (!found) return '';
  const { view, cart, customers, products } = found;
  const rows = table(['views', 'carts', 'customers', 'products'], [[view, cart, customers, products].map(whole)]);
  return `<p>What was looked at and put into the cart before validation, once a day each:</p>\n${rows}\n`;
}

function verdict({ verdict: { fit, reason, limits } }: DataDescription): string {
  if (!fit)
    return `<p class="bad">Too poor to learn from: ${escaped(reason ?? '')}. The figures below mean little.</p>`;
  const needed = Object.entries(limits).map(([limit, least]) => `${limit} ${least}`);
  return `<p class="good">Enough to learn from (${escaped(needed.join(', '))}).</p>`;
}

function histogram(title: string, bins: readonly HistogramBin[]): string {
  const label = ({ from }: HistogramBin): string => (from <= 1 ? `${from}` : `${from}–${2 * from - 1}`);
  const bars = bins.map(bin => ({ label: label(bin), value: bin.count }));
  return barChart(title, bars, whole);
}

function metric(
  title: string,
  models: readonly (readonly [string, ModelReport])[],
  best: string,
  of: (model: ModelReport) => readonly [number, readonly [number, number]],
): string {
  const bars = models.map(([name, model]) => {
    const [value, [low, high]] = of(model);
    return { label: name, value, low, high, strong: name === best };
  });
  return barChart(title, bars, figure);
}

function table(headings: readonly string[], rows: readonly (readonly string[])[], bestRow = -1): string {
  const cells = (tag: string, row: readonly string[]): string =>
    row.map(cell => `<${tag}>${escaped(cell)}</${tag}>`).join('');
  const body = rows.map((row, at) => `<tr${at === bestRow ? ' class="best"' : ''}>${cells('td', row)}</tr>`).join('\n');
  return `<div class="table"><table><thead><tr>${cells('th', headings)}</tr></thead><tbody>${body}</tbody></table></div>`;
}

function figure(value: number | undefined): string {
  if (value === undefined) return '–';
  return value.toFixed(4);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function whole(value: number): string {
  return value.toLocaleString('en');
}
