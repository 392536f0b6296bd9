import { panel } from '../app/panel.js';
import type { View } from '../app/view.js';
import { h } from '../dom/element.js';
import { count, dateTime, duration } from '../dom/format.js';
import { table } from '../dom/table.js';
import { type Attempt, deliveriesSchema, outcomeText } from './webhooks.js';

const SHOWN = 50;

/** The newest attempts to deliver messages to an endpoint, and how many customers' messages wait. */
export function deliveriesPanel(view: View, id: string): HTMLElement {
  return panel(view, {
    title: 'Deliveries',
    class: 'wide',
    everyMs: 3000,
    load: async signal => {
      const path = `/v1/webhooks/${encodeURIComponent(id)}/deliveries?limit=${SHOWN}`;
      const { deliveries, waiting } = await view.services.json('clustering-service', path, deliveriesSchema, {
        signal,
      });
      const waits = h(
        'p',
        { class: 'hint' },
        `${count(waiting)} ${waiting === 1 ? 'customer has' : 'customers have'} messages waiting.`,
      );
      if (deliveries.length === 0) return [waits, h('p', {}, 'Nothing was sent in the last 30 days.')];
      const columns = ['When', 'Type', 'Outcome', 'Took', 'Message'].map(name => ({ name }));
      return [waits, h('div', { class: 'scrolled', tabindex: '0' }, table(columns, deliveries.map(row)))];
    },
  });
}

function row(attempt: Attempt): HTMLTableRowElement {
  const { at, type, latency_ms: latencyMs, webhook_id: message } = attempt;
  return h(
    'tr',
    {},
    [dateTime(at), type, outcomeText(attempt), duration(latencyMs), message].map(text => h('td', {}, text)),
  );
}
