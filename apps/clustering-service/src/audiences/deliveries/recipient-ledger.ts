import type { SubjectHolding, SubjectPlace } from '@laurel/change-log';
import type { SecretBox } from '@laurel/service';
import {
  type AnyBulkWriteOperation,
  Binary,
  type ClientSession,
  type Collection,
  type Db,
  type ObjectId,
} from 'mongodb';
import { z } from 'zod';
import type { Cell } from '../formats/audience-format.js';
import type { OfCustomer } from './merge-by-customer.js';

const cellsSchema = z.array(z.union([z.string(), z.number(), z.null()])).nullable();

const ERASED_FOR_MS = 30 * 86_400_000;
const AT_ONCE = 1000;

/** What a delivery told a destination of one customer: `identifiers` by which it finds them again, null where it was told to remove them. */
export interface Told extends OfCustomer {
  /** Of the row as it was written. */
  fingerprint: string;
  identifiers: readonly Cell[] | null;
}

interface Recipient {
  /** Audience and format. */
  stream: string;
  customerId: string;
  /** Of the delivery that told it. */
  number: number;
  fingerprint: string;
  /** Sealed: email addresses, or hashes of them. */
  identifiers: Binary | null;
  /** Set once the customer is erased. */
  expireAt?: Date;
}

/**
 * Whom destinations were told of: `audience_recipients`. Each delivery adds what it changes under its number, so what was told is what the
 * deliveries up to the last complete one say; one that failed leaves nothing that counts.
 */
export class RecipientLedger {
  private readonly recipients: Collection<Recipient>;

  constructor(
    db: Db,
    private readonly box: SecretBox,
  ) {
    this.recipients = db.collection<Recipient>('audience_recipients');
  }

  async prepare(): Promise<void> {
    await this.recipients.createIndexes([
      { key: { stream: 1, customerId: 1, number: 1 } },
      { key: { customerId: 1 } },
      { key: { expireAt: 1 }, expireAfterSeconds: 0 },
    ]);
  }

  /** Forgets what deliveries after `number` told: they failed. */
  async forgetAfter(stream: string, number: number): Promise<void> {
    await this.recipients.deleteMany({ stream, number: { $gt: number } });
  }

  /** Forgets an audience altogether. */
  async forgetAudience(audienceId: string): Promise<void> {
    await this.recipients.deleteMany({ stream: { $gte: `${audienceId}/`, $lt: `${audienceId}0` } });
  }

  /** Who is at the destination after delivery `number`, in the order of ids. What that delivery made obsolete is removed on the way. */
  async *toldUpTo(stream: string, number: number): AsyncGenerator<Told> {
    const obsolete: ObjectId[] = [];
    const prune = async (atLeast: number): Promise<void> => {
      if (obsolete.length < atLeast) return;
      await this.recipients.deleteMany({ _id: { $in: obsolete.splice(0) } });
    };
    const sort = { customerId: 1, number: 1 } as const;
    const found = this.recipients.find({ stream, number: { $lte: number } }, { sort, batchSize: AT_ONCE });
    let newest: (Recipient & { _id: ObjectId }) | undefined;
    const told = (): Told | undefined => {
      if (!newest) return undefined;
      if (newest.identifiers) return this.unsealed(newest);
      obsolete.push(newest._id);
      return undefined;
    };
    for await (const recipient of found) {
      if (newest?.customerId === recipient.customerId) obsolete.push(newest._id);
      else {
        const before = told();
        if (before) yield before;
      }
      newest = recipient;
      await prune(AT_ONCE);
    }
    const last = told();
    if (last) yield last;
    await prune(1);
  }

  /** Notes what a delivery tells. */
  async add(stream: string, number: number, told: readonly Told[]): Promise<void> {
    if (told.length === 0) return;
    const recipients = told.map(({ customerId, fingerprint, identifiers }) => ({
      stream,
      customerId,
      number,
      fingerprint,
      identifiers: this.sealed(identifiers, stream, customerId),
    }));
    await this.recipients.insertMany(recipients, { ordered: false });
  }

  /** Seals with the newest key what an older one sealed. @throws SealedValueError */
  async sealAnew(): Promise<void> {
    const operations: AnyBulkWriteOperation<Recipient>[] = [];
    const write = async (atLeast: number): Promise<void> => {
      if (operations.length >= atLeast) await this.recipients.bulkWrite(operations.splice(0), { ordered: false });
    };
    for await (const recipient of this.recipients.find({ identifiers: { $ne: null } }, { batchSize: AT_ONCE })) {
      const { _id, identifiers, stream, customerId } = recipient;
      if (!identifiers || this.box.isOfNewestKey(identifiers.buffer)) continue;
      const sealed = this.sealed(this.unsealed(recipient).identifiers, stream, customerId);
      operations.push({ updateOne: { filter: { _id, identifiers }, update: { $set: { identifiers: sealed } } } });
      await write(AT_ONCE);
    }
    await write(1);
  }

  /** What is held of a customer, opened. */
  async find(customerId: string): Promise<SubjectHolding[]> {
    const found = await this.recipients.find({ customerId, identifiers: { $ne: null } }).toArray();
    const holding = (erased: boolean) =>
      found
        .filter(({ expireAt }) => (expireAt !== undefined) === erased)
        .map(recipient => ({ audience: recipient.stream, number: recipient.number, ...this.unsealed(recipient) }));
    const place = { store: 'mongodb' as const, place: this.recipients.collectionName };
    const note =
      'tells the destination with the next delivery to remove the customer, then leaves; after 30 days anyway';
    return [
      { ...place, records: holding(false) },
      { ...place, note, records: holding(true) },
    ];
  }

  /** From now on what is held of a customer stays only for the next delivery, which tells the destination to remove them. */
  async erase(customerId: string, session?: ClientSession): Promise<SubjectPlace> {
    const expireAt = new Date(Date.now() + ERASED_FOR_MS);
    const options = session ? { session } : {};
    const { modifiedCount } = await this.recipients.updateMany(
      { customerId, expireAt: { $exists: false } },
      { $set: { expireAt } },
      options,
    );
    return { store: 'mongodb', place: this.recipients.collectionName, records: modifiedCount };
  }

  private sealed(identifiers: Told['identifiers'], stream: string, customerId: string): Binary | null {
    return identifiers && new Binary(this.box.seal(JSON.stringify(identifiers), placeOf(stream, customerId)));
  }

  private unsealed({ stream, customerId, fingerprint, identifiers }: Recipient): Told {
    const cells: unknown = identifiers
      ? JSON.parse(this.box.unseal(identifiers.buffer, placeOf(stream, customerId)))
      : null;
    return { customerId, fingerprint, identifiers: cellsSchema.parse(cells) };
  }
}

function placeOf(stream: string, customerId: string): string {
  return `audience_recipients/${stream}/${customerId}`;
}
