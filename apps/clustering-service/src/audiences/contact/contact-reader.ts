import { type Customer, documentId, parseExtendedJson, parseShopDocument, type ShopMapping } from '@laurel/shop';
import { BSON, type Db, type Document, ObjectId } from 'mongodb';
import { pagesOf } from '../pages-of.js';

const FIELDS = { email: 1, phone: 1, firstName: 1, lastName: 1, country: 1, postalCode: 1, consent: 1 } as const;

interface StoredCustomer extends Document {
  _id: string | number | ObjectId;
}

/**
 * Reads contact data and consent from the shop's own database, when they are needed; they are kept nowhere else. Documents are taken as
 * bytes and read in one go, which the driver would do field by field.
 */
export class ContactReader {
  constructor(
    private readonly shopDb: Db,
    private readonly mapping: ShopMapping,
  ) {}

  /** The customer documents of these ids, as far as they exist and are usable. */
  async read(customerIds: readonly string[]): Promise<Map<string, Customer>> {
    const ids = customerIds.flatMap(storedIds);
    const contacts = new Map<string, Customer>();
    const shape = this.mapping.lookUpOf('customers');
    const found = this.shopDb
      .collection<StoredCustomer>(this.mapping.sourceOf('customers'))
      .find<Uint8Array>(
        { _id: { $in: ids } },
        { ...(!shape && { projection: FIELDS }), batchSize: ids.length + 1, raw: true },
      );
    for await (const page of pagesOf(found))
      for (const bson of page) {
        const document = BSON.deserialize(bson);
        const customer = usable(shape ? translated(document, shape) : document);
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
