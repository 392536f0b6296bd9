import type { View } from '../app/view.js';
import { actionForm } from '../dom/action-form.js';
import { h } from '../dom/element.js';
import { count } from '../dom/format.js';
import { momentOf, replayedSchema } from './webhooks.js';

/** Has an endpoint told again what happened since a moment. */
export function replayForm(view: View, id: string): HTMLElement {
  const since = h('input', { id: 'replay-since', name: 'since', type: 'datetime-local', required: true });
  const label = h('label', { for: 'replay-since' }, 'What happened since (UTC, at most 30 days back)');
  return actionForm('Tell again', { label, fields: since }, async () => {
    const moment = momentOf(since.value);
    if (moment === undefined) return 'Choose a moment.';
    const path = `/v1/webhooks/${encodeURIComponent(id)}:replay`;
    const call = { method: 'POST', body: { since: moment }, signal: view.signal } as const;
    const { messages } = await view.services.json('clustering-service', path, replayedSchema, call);
    return `${count(messages)} ${messages === 1 ? 'message is' : 'messages are'} on the way.`;
  });
}
