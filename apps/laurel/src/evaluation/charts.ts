/** A bar of a chart; `low` and `high` are the ends of an interval. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
  readonly strong?: boolean;
}

const WIDTH = 720;
const LABEL_WIDTH = 190;
const VALUE_WIDTH = 70;
const ROW_HEIGHT = 24;

/** Horizontal bars from 0 to the largest value, as SVG. */
export function barChart(title: string, bars: readonly Bar[], format: (value: number) => string): string {
  const most = Math.max(...bars.map(({ value, high }) => high ?? value), 1e-9);
  const x = (value: number): number => LABEL_WIDTH + (value / most) * (WIDTH - LABEL_WIDTH - VALUE_WIDTH);
  const rows = bars.map(({ label, value, low, high, strong }, at) => {
    const top = at * ROW_HEIGHT;
    const middle = top + ROW_HEIGHT / 2;
    const interval =
      low === undefined || high === undefined
        ? ''
        : `<line x1="${x(low).toFixed(1)}" x2="${x(high).toFixed(1)}" y1="${middle}" y2="${middle}" class="interval"/>`;
    return `<text x="${LABEL_WIDTH - 8}" y="${middle + 4}" class="label">${escaped(label)}</text>
<rect x="${LABEL_WIDTH}" y="${top + 4}" width="${(x(value) - LABEL_WIDTH).toFixed(1)}" height="${ROW_HEIGHT - 8}" class="${strong ? 'strong' : 'bar'}"/>${interval}
<text x="${(x(high ?? value) + 6).toFixed(1)}" y="${middle + 4}" class="value">${escaped(format(value))}</text>`;
  });
  return `<figure><figcaption>${escaped(title)}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${bars.length * ROW_HEIGHT}" role="img" aria-label="${escaped(title)}">${rows.join('\n')}</svg></figure>`;
}

/** Text as HTML. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
