import { randomBytes } from 'node:crypto';
import { SealedValueError, SecretBox } from '@laurel/service';
import { describe, expect, it } from 'vitest';
import { newWebhookSecret } from './signature.js';
import { WebhookSecrets } from './webhook-secrets.js';

const key = randomBytes(32).toString('base64');
const NOW = new Date('2026-01-02T00:00:00Z');

describe('the secrets of webhooks', () => {
  const secrets = new WebhookSecrets(SecretBox.from(key));
  const [old, young] = [newWebhookSecret(), newWebhookSecret()];

  it('are kept sealed, for their endpoint only, and sign until they expire', () => {
    const kept = [secrets.sealed('e1', young), secrets.sealed('e1', old, NOW)];
    expect(JSON.stringify(kept)).not.toContain(young);
    expect(secrets.valid({ _id: 'e1', secrets: kept }, new Date(NOW.getTime() - 1))).toEqual([young, old]);
    expect(secrets.valid({ _id: 'e1', secrets: kept }, NOW)).toEqual([young]);
    expect(() => secrets.valid({ _id: 'e2', secrets: kept }, NOW)).toThrow(SealedValueError);
  });

  it('that lie open from before still sign', () => {
    expect(secrets.valid({ _id: 'e1', secrets: [{ secret: old, expiresAt: null }] }, NOW)).toEqual([old]);
  });
});
