import { type Customer, documentId, parseExtendedJson, parseShopDocument, type ShopMapping } from '@laurel/shop';
import { BSON, type Db, type Document, ObjectId } from 'mongodb';

const FIELDS = { email: 1, phone: 1, firstName: 1, lastName: 1, country: 1, postalCode: 1, consent: 1 } as const;

interface StoredCustomer extends Document {
  _id: string | number | ObjectId;
}

/**
 * Reads contact data and consent from the shop's own database, when they are needed; they are kept nowhere else. Documents stay bytes until
 * they are asked for, and are then read in one go, which the driver would do field by field: what is read ahead waits outside the heap.
 */
export class ContactReader {
  private readonly shape: ReturnType<ShopMapping['lookUpOf']>;

  constructor(
    private readonly shopDb: Db,
    private readonly mapping: ShopMapping,
  ) {
    this.shape = mapping.lookUpOf('customers');
  }

  /** The customer documents of these ids, as far as they exist. */
  async fetch(customerIds: readonly string[]): Promise<Uint8Array[]> {
    const ids = customerIds.flatMap(storedIds);
    const found = this.shopDb
      .collection<StoredCustomer>(this.mapping.sourceOf('customers'))
      .find<Uint8Array>(
        { _id: { $in: ids } },
        { ...(!this.shape && { projection: FIELDS }), batchSize: ids.length + 1, raw: true },
      );
    return found.toArray();
  }

  /** Documents that were fetched, by the customers' ids, as far as they are usable. */
  decoded(documents: readonly Uint8Array[]): Map<string, Customer> {
    const contacts = new Map<string, Customer>();
    for (const bson of documents) {
      const document = BSON.deserialize(bson);
      const customer = usable(this.shape ? translated(document, this.shape) : document);
      if (customer) contacts.set(customer._id, customer);
    }
    return contacts;
  }
}

/** How an id that we know as text may be stored. */
function storedIds(id: string): StoredCustomer['_id'][] {
  const stored: StoredCustomer['_id'][] = [id];
  if (id.length === 24 && ObjectId.isValid(id)) stored.push(new ObjectId(id));
  if (/^-?\d{1,15}$/.test(id)) stored.push(Number(id));
  return stored;
}

function translated(document: Document, shape: NonNullable<ReturnType<ShopMapping['lookUpOf']>>): Document {
  const plain = parseExtendedJson(shape.document(BSON.EJSON.stringify(document, { relaxed: false })));
  return typeof plain === 'object' && plain !== null ? plain : {};
}

function usable(document: Document): Customer | undefined {
  try {
    const _id = document['_id'] instanceof ObjectId ? document['_id'].toHexString() : documentId(document['_id']);
    return parseShopDocument('customers', { ...document, _id });
  } catch {
    return undefined;
  }
}
