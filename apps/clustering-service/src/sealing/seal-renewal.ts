import { SecretBox, SERVICE_CONTEXT, type ServiceContext, WakeableRest } from '@laurel/service';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { Collection } from 'mongodb';
import { DeliveryService } from '../audiences/deliveries/delivery-service.js';
import { WebhookDispatcher } from '../webhooks/webhook-dispatcher.js';

/** After this every process that shares the file of keys has read it, so that none seals with an older key any more. */
const SETTLED_AFTER_MS = 3000;

/** The key with which all is sealed that this service keeps sealed. */
interface Seal {
  _id: 'all';
  keyId: string;
}

/**
 * Follows the file of encryption keys, and seals with its first key whatever another one sealed: when the file has changed, and at start where
 * it changed meanwhile. The log says when older keys may go.
 */
@Injectable()
export class SealRenewal implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly seals: Collection<Seal>;
  private readonly rest = new WakeableRest();
  private renewal: Promise<void> = Promise.resolve();
  private unfollow: () => void = () => undefined;
  private stopped = false;

  constructor(
    @Inject(SERVICE_CONTEXT) private readonly context: ServiceContext,
    private readonly box: SecretBox,
    private readonly webhooks: WebhookDispatcher,
    private readonly deliveries: DeliveryService,
  ) {
    this.seals = context.laurelDb.collection<Seal>('seals');
  }

  onApplicationBootstrap(): void {
    const { logger } = this.context;
    this.unfollow = this.box.follow(problem => {
      if (problem)
        return logger.error({ err: problem }, 'the file of encryption keys changed and cannot be used; the keys stay');
      logger.info('the encryption keys were read again');
      this.begin();
    });
    this.begin();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    this.unfollow();
    this.rest.wakeUp();
    await this.renewal;
  }

  private begin(): void {
    this.rest.wakeUp();
    this.renewal = this.renewal.then(() => this.renew(this.box.newestKeyId));
  }

  /** Until it is done, or the keys are others again. */
  private async renew(keyId: string): Promise<void> {
    while (!this.stopped) {
      this.rest.beginRound();
      try {
        if ((await this.seals.findOne({ _id: 'all' }))?.keyId === keyId) return;
        await this.rest.rest(SETTLED_AFTER_MS);
        if (this.stopped || this.box.newestKeyId !== keyId) return;
        await this.webhooks.secrets.sealAnew(this.webhooks.store.endpoints);
        await this.deliveries.ledger.sealAnew();
        await this.seals.updateOne({ _id: 'all' }, { $set: { keyId } }, { upsert: true });
        this.context.logger.info({ key: keyId }, 'all is sealed with the first encryption key; those after it may go');
        return;
      } catch (err) {
        this.context.logger.error({ err }, 'what older encryption keys sealed could not be sealed anew; trying again');
        await this.rest.rest(SETTLED_AFTER_MS);
      }
    }
  }
}
