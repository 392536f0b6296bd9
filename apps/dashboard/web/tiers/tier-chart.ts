import { h } from '../dom/element.js';
import { count, percent, words } from '../dom/format.js';
import type { Segment } from './segments.js';

/** The tiers' sizes as bars. The same figures stand beside it as a table, so screen readers skip the picture. */
export function tierChart(segments: readonly Segment[], signal: AbortSignal): HTMLElement {
  const element = h('div', { class: 'chart', 'aria-hidden': 'true' });
  void draw(element, segments, signal);
  return element;
}

async function draw(element: HTMLElement, segments: readonly Segment[], signal: AbortSignal): Promise<void> {
  const { echarts } = await import('./echarts.js');
  if (signal.aborted) return;
  const chart = echarts.init(element, undefined, { renderer: 'canvas' });
  const paint = () => {
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string) => resolved(element, style.getPropertyValue(name));
    const text = { color: colour('--text'), fontFamily: getComputedStyle(document.body).fontFamily };
    chart.setOption({
      animationDuration: 400,
      grid: { left: 4, right: 60, top: 4, bottom: 4, containLabel: true },
      xAxis: { type: 'value', show: false, max: 'dataMax' },
      yAxis: {
        type: 'category',
        inverse: true,
        data: segments.map(({ tier }) => words(tier)),
        axisLine: { show: false },
        axisTick: { show: false },
        axisLabel: { ...text, fontSize: 14 },
      },
      tooltip: {
        renderMode: 'richText',
        trigger: 'item',
        formatter: ({ dataIndex }: { dataIndex: number }) => tooltip(segments[dataIndex]),
      },
      series: [
        {
          type: 'bar',
          barWidth: '58%',
          data: segments.map(({ tier, members }) => ({
            value: members,
            itemStyle: { color: colour(`--${tier.toLowerCase()}`), borderRadius: 6 },
          })),
          showBackground: true,
          backgroundStyle: { color: colour('--sunken'), borderRadius: 6 },
          label: {
            show: true,
            position: 'right',
            ...text,
            fontSize: 13,
            formatter: ({ dataIndex }: { dataIndex: number }) => percent(segments[dataIndex]?.share ?? 0),
          },
        },
      ],
    });
  };
  const fit = new ResizeObserver(() => chart.resize());
  paint();
  fit.observe(element);
  const system = matchMedia('(prefers-color-scheme: dark)');
  document.addEventListener('themechange', paint, { signal });
  system.addEventListener('change', paint, { signal });
  signal.addEventListener('abort', () => {
    fit.disconnect();
    chart.dispose();
  });
}

/** The colour that a custom property gives an element, with light and dark decided. */
function resolved(element: HTMLElement, value: string): string {
  element.style.color = value;
  const { color } = getComputedStyle(element);
  element.style.removeProperty('color');
  return color;
}

function tooltip(segment: Segment | undefined): string {
  return segment ? `${words(segment.tier)}: ${count(segment.members)} customers` : '';
}
