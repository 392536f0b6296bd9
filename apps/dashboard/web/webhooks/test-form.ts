import type { View } from '../app/view.js';
import { actionForm } from '../dom/action-form.js';
import { testedSchema, testText } from './webhooks.js';

/** Sends an endpoint a message that tells of nothing, and says how that went. */
export function testForm(view: View, id: string): HTMLElement {
  return actionForm('Send a test', {}, async () => {
    const path = `/v1/webhooks/${encodeURIComponent(id)}:test`;
    const call = { method: 'POST', signal: view.signal } as const;
    return testText(await view.services.json('clustering-service', path, testedSchema, call));
  });
}
