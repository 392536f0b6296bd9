import type { SecretBox } from '@laurel/service';
import { Binary, type Collection } from 'mongodb';
import type { WebhookEndpoint, WebhookSecret } from './webhook-endpoint.js';

/** The secrets of endpoints: sealed where they are kept, open only while a message is signed. */
export class WebhookSecrets {
  constructor(private readonly box: SecretBox) {}

  /** A secret as it is kept with its endpoint. */
  sealed(endpointId: string, secret: string, expiresAt: Date | null = null): WebhookSecret {
    return { sealed: new Binary(this.box.seal(secret, placeOf(endpointId))), expiresAt };
  }

  /**
   * The secrets that a message is signed with at a moment: the newest, and those before it until they expire.
   *
   * @throws SealedValueError
   */
  valid({ _id, secrets }: Pick<WebhookEndpoint, '_id' | 'secrets'>, at: Date): string[] {
    return secrets.filter(({ expiresAt }) => expiresAt === null || expiresAt > at).map(each => this.opened(_id, each));
  }

  /** Seals what lies open from before, or is sealed with an older key, with the newest key. */
  async sealAnew(endpoints: Collection<WebhookEndpoint>): Promise<void> {
    for await (const { _id, secrets } of endpoints.find()) {
      const isSealed = secrets.every(({ sealed }) => sealed && this.box.isOfNewestKey(sealed.buffer));
      if (isSealed) continue;
      const anew = secrets.map(each => this.sealed(_id, this.opened(_id, each), each.expiresAt));
      await endpoints.updateOne({ _id, secrets }, { $set: { secrets: anew } });
    }
  }

  private opened(endpointId: string, { sealed, secret }: WebhookSecret): string {
    return sealed ? this.box.unseal(sealed.buffer, placeOf(endpointId)) : (secret ?? '');
  }
}

function placeOf(endpointId: string): string {
  return `webhook_endpoints/${endpointId}`;
}
