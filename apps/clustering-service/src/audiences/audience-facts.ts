import { type ShopChange, type SubjectHolding, type SubjectPlace, writeStates } from '@laurel/change-log';
import { isAvailable, purchaseOf } from '@laurel/shop';
import type { ClientSession, Collection, Db, Document } from 'mongodb';
import { ConsentHistory } from './contact/consent-history.js';
import { countryCode } from './contact/country-code.js';

interface CustomerFact {
  _id: string;
  /** ISO 3166-1 alpha-2 where it is known as such, else as the shop writes it. */
  country: string | null;
}

interface ProductFact {
  _id: string;
  category: string | null;
  /** Active and in stock. */
  available: boolean;
}

/** What one order document or one purchase event says was bought. */
interface PurchaseFact {
  /** `order/ID` or `event/ID`. */
  _id: string;
  transactionId: string;
  fromDocument: boolean;
  customerId: string;
  productIds: string[];
  /** Neither cancelled nor refunded. */
  counts: boolean;
}

interface WithSeq {
  seq: string;
}

/** What audiences need beside features: countries, consents over time, and which categories were bought. Ids and no contact data. */
export class AudienceFacts {
  readonly consents: ConsentHistory;
  private readonly customers: Collection<CustomerFact & WithSeq>;
  private readonly products: Collection<ProductFact & WithSeq>;
  private readonly purchases: Collection<PurchaseFact & WithSeq>;

  constructor(db: Db) {
    this.consents = new ConsentHistory(db);
    this.customers = db.collection('audience_customers');
    this.products = db.collection('audience_products');
    this.purchases = db.collection('audience_purchases');
  }

  async prepare(): Promise<void> {
    await this.consents.prepare();
    await this.customers.createIndexes([{ key: { country: 1 } }]);
    await this.products.createIndexes([{ key: { category: 1 } }]);
    await this.purchases.createIndexes([{ key: { customerId: 1 } }]);
  }

  /** Writes what changes say, within a transaction. The last change of a document counts; one older than what is held is left out. */
  async apply(changes: readonly ShopChange[], session: ClientSession): Promise<void> {
    await this.consents.apply(changes, session);
    await write(this.customers, changes.flatMap(customerFact), session);
    await write(this.products, changes.flatMap(productFact), session);
    await write(this.purchases, changes.flatMap(purchaseFact), session);
  }

  /** Those of the customers who live in one of the countries. */
  async livingIn(customerIds: readonly string[], countries: readonly string[]): Promise<Set<string>> {
    const codes = countries.map(country => countryCode(country) ?? country);
    const found = await this.customers
      .find({ _id: { $in: [...customerIds] }, country: { $in: codes } }, { projection: { _id: 1 } })
      .toArray();
    return new Set(found.map(({ _id }) => _id));
  }

  /** The ids of all products in one of the categories. */
  async productsOf(categories: readonly string[]): Promise<ReadonlySet<string>> {
    const found = await this.products
      .find({ category: { $in: [...categories] } }, { projection: { _id: 1 } })
      .toArray();
    return new Set(found.map(({ _id }) => _id));
  }

  /** Those of the customers who bought one of the products, in an order that counts. An order's document wins over its purchase events. */
  async buyersOf(customerIds: readonly string[], productIds: ReadonlySet<string>): Promise<Set<string>> {
    const found = await this.purchases.find({ customerId: { $in: [...customerIds] }, counts: true }).toArray();
    const bought = found.filter(purchase => purchase.productIds.some(id => productIds.has(id)));
    const fromEvents = bought
      .filter(({ fromDocument }) => !fromDocument)
      .map(({ transactionId }) => `order/${transactionId}`);
    const documents = await this.purchases
      .find({ _id: { $in: fromEvents } }, { projection: { transactionId: 1 } })
      .toArray();
    const overruled = new Set(documents.map(({ transactionId }) => transactionId));
    return new Set(
      bought
        .filter(({ fromDocument, transactionId }) => fromDocument || !overruled.has(transactionId))
        .map(({ customerId }) => customerId),
    );
  }

  /** Those of the products that the shop does not offer now: inactive, sold out, or gone. */
  async notForSale(productIds: readonly string[]): Promise<Set<string>> {
    const found = await this.products
      .find({ _id: { $in: [...productIds] }, available: { $ne: false } }, { projection: { _id: 1 } })
      .toArray();
    const offered = new Set(found.map(({ _id }) => _id));
    return new Set(productIds.filter(id => !offered.has(id)));
  }

  /** What each of the customers ever bought, in orders that count or not. */
  async boughtBy(customerIds: readonly string[]): Promise<Map<string, Set<string>>> {
    const bought = new Map<string, Set<string>>();
    for await (const { customerId, productIds } of this.purchases.find({ customerId: { $in: [...customerIds] } })) {
      const own = bought.get(customerId) ?? new Set();
      for (const id of productIds) own.add(id);
      bought.set(customerId, own);
    }
    return bought;
  }

  /** What is held of a customer. */
  async find(customerId: string): Promise<SubjectHolding[]> {
    const { customers, purchases } = this;
    return [
      {
        store: 'mongodb',
        place: customers.collectionName,
        records: await customers.find({ _id: customerId }).toArray(),
      },
      { store: 'mongodb', place: purchases.collectionName, records: await purchases.find({ customerId }).toArray() },
      await this.consents.find(customerId),
    ];
  }

  /** Removes what is held of a customer; says how much of what. */
  async erase(customerId: string, session: ClientSession): Promise<SubjectPlace[]> {
    const customers = await this.customers.deleteOne({ _id: customerId }, { session });
    const purchases = await this.purchases.deleteMany({ customerId }, { session });
    return [
      { store: 'mongodb', place: this.customers.collectionName, records: customers.deletedCount },
      { store: 'mongodb', place: this.purchases.collectionName, records: purchases.deletedCount },
      await this.consents.erase(customerId, session),
    ];
  }
}

/** A document's newest state; `fact` is null where there is nothing to keep. */
interface FactChange<T> {
  id: string;
  seq: string;
  fact: T | null;
}

function customerFact({ collection, id, seq, document }: ShopChange): FactChange<CustomerFact>[] {
  if (collection !== 'customers') return [];
  const country = document?.country;
  return [
    { id, seq, fact: document && { _id: id, country: country == null ? null : (countryCode(country) ?? country) } },
  ];
}

function productFact({ collection, id, seq, document }: ShopChange): FactChange<ProductFact>[] {
  return collection === 'products'
    ? [
        {
          id,
          seq,
          fact: document && { _id: id, category: document.category ?? null, available: isAvailable(document) },
        },
      ]
    : [];
}

function purchaseFact({ collection, id, seq, op, document }: ShopChange): FactChange<PurchaseFact>[] {
  if (collection === 'orders') {
    const key = `order/${id}`;
    const fact = document && {
      _id: key,
      transactionId: id,
      fromDocument: true,
      customerId: document.customerId,
      productIds: [...new Set(document.items.map(({ productId }) => productId))],
      counts: document.status !== 'cancelled' && document.status !== 'refunded',
    };
    return [{ id: key, seq, fact }];
  }
  if (collection !== 'events') return [];
  const key = `event/${id}`;
  const transactionId = document ? purchaseOf(document) : undefined;
  if (!document || transactionId === undefined) return op === 'c' ? [] : [{ id: key, seq, fact: null }];
  const productIds = [...new Set((document.items ?? []).map(({ item_id }) => item_id))];
  return [
    {
      id: key,
      seq,
      fact: {
        _id: key,
        transactionId,
        fromDocument: false,
        customerId: document.user_pseudo_id,
        productIds,
        counts: true,
      },
    },
  ];
}

async function write<T extends { _id: string }>(
  collection: Collection<T & WithSeq>,
  changes: readonly FactChange<T>[],
  session: ClientSession,
): Promise<void> {
  const newest = new Map(changes.map(change => [change.id, change]));
  if (newest.size === 0) return;
  const documents = collection.db.collection<Document & WithSeq & { _id: string }>(collection.collectionName);
  const found = await documents
    .find({ _id: { $in: [...newest.keys()] } }, { session, projection: { seq: 1 } })
    .toArray();
  const held = new Map(found.map(({ _id, seq }) => [_id, seq]));
  const due = [...newest.values()].filter(({ id, seq }) => seq >= (held.get(id) ?? ''));
  await writeStates(
    documents,
    {
      held,
      changed: due.flatMap(({ seq, fact }) => (fact ? [{ ...fact, seq }] : [])),
      removed: due.flatMap(({ id, fact }) => (fact ? [] : [id])),
    },
    session,
  );
}
