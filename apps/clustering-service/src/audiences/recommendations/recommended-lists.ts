import type { LogMessage, SubjectHolding, SubjectPlace } from '@laurel/change-log';
import type { AnyBulkWriteOperation, ClientSession, Collection, Db } from 'mongodb';
import { z } from 'zod';

/** The key of the list of those of whom nothing personal is known. */
const EVERYBODY = '*';

const messageSchema = z.object({
  made_at: z.iso.datetime({ offset: true }).transform(text => new Date(text)),
  model: z.object({ name: z.string(), version: z.string() }),
  items: z.array(
    z.object({
      product_id: z.string(),
      name: z.string(),
      reason: z.object({ kind: z.string(), text: z.string() }),
    }),
  ),
});

/** One product of a list, with the reason in words. */
export interface Recommendation {
  product_id: string;
  name: string;
  reason: { kind: string; text: string };
}

/** What would be recommended to a customer, as the recommender last told. */
export interface RecommendedList {
  _id: string;
  madeAt: Date;
  model: { name: string; version: string };
  items: Recommendation[];
}

/** News of a customer's list; null: there is none of their own any more. */
export interface ListNews {
  customerId: string;
  list: Omit<RecommendedList, '_id'> | null;
}

/** Reads a message of the recommendations topic; undefined for one that is no such message. */
export function listNews({ key, value }: Pick<LogMessage, 'key' | 'value'>): ListNews | undefined {
  if (key === null) return undefined;
  const customerId = key.toString();
  if (value === null) return { customerId, list: null };
  const message = messageSchema.safeParse(parsedJson(value.toString()));
  if (!message.success) return undefined;
  const { made_at: madeAt, model, items } = message.data;
  return { customerId, list: { madeAt, model, items } };
}

/** The lists of all customers in Laurel's MongoDB: `audience_recommendations`. */
export class RecommendedLists {
  private readonly lists: Collection<RecommendedList>;

  constructor(db: Db) {
    this.lists = db.collection<RecommendedList>('audience_recommendations');
  }

  async prepare(): Promise<void> {
    await this.lists.createIndexes([{ key: { madeAt: 1 } }]);
  }

  /** Writes news, within a transaction; of several about one customer the last. */
  async apply(news: readonly ListNews[], session: ClientSession): Promise<void> {
    const newest = new Map(news.map(({ customerId, list }) => [customerId, list]));
    const operations = Array.from(newest, ([_id, list]): AnyBulkWriteOperation<RecommendedList> => {
      if (!list) return { deleteOne: { filter: { _id } } };
      return { replaceOne: { filter: { _id }, replacement: list, upsert: true } };
    });
    if (operations.length > 0) await this.lists.bulkWrite(operations, { session, ordered: false });
  }

  /** The list of each of these customers: their own, or everybody's. Undefined before any was told. */
  async of(customerIds: readonly string[]): Promise<((customerId: string) => RecommendedList) | undefined> {
    const found = await this.lists.find({ _id: { $in: [...customerIds, EVERYBODY] } }).toArray();
    const lists = new Map(found.map(list => [list._id, list]));
    const everybody = lists.get(EVERYBODY);
    return everybody && (customerId => lists.get(customerId) ?? everybody);
  }

  /** The model that everybody's list is of; undefined before any was told. */
  async model(): Promise<RecommendedList['model'] | undefined> {
    return (await this.lists.findOne({ _id: EVERYBODY }))?.model;
  }

  async find(customerId: string): Promise<SubjectHolding> {
    const records = await this.lists.find({ _id: customerId }).toArray();
    return { store: 'mongodb', place: this.lists.collectionName, records };
  }

  async erase(customerId: string, session: ClientSession): Promise<SubjectPlace> {
    const { deletedCount: records } = await this.lists.deleteOne({ _id: customerId }, { session });
    return { store: 'mongodb', place: this.lists.collectionName, records };
  }
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
