import { randomUUID } from 'node:crypto';
import { ShopMapping } from '@laurel/shop';
import { type Db, MongoClient, ObjectId } from 'mongodb';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ContactReader } from './contact-reader.js';

const consentedAt = new Date('2026-05-01T00:00:00Z');
const consent = { ad_user_data: 'GRANTED', ad_personalization: 'DENIED', email_marketing: 'GRANTED' };

describe('ContactReader', () => {
  let client: MongoClient;
  let db: Db;

  beforeAll(async () => {
    client = await MongoClient.connect(inject('mongodbUri'));
    db = client.db(`contacts_${randomUUID().slice(0, 8)}`);
  });
  afterAll(async () => {
    await db.dropDatabase();
    await client.close();
  });

  it('reads contact data and consent of those who are there', async () => {
    const customers = db.collection<{ _id: string }>('customers');
    const ann = { _id: 'ann', email: 'ann@example.com', country: 'DE', createdAt: consentedAt, secret: 'x' };
    await customers.insertOne({ ...ann, consent: { ...consent, updatedAt: consentedAt } } as { _id: string });
    const found = await read(new ContactReader(db, ShopMapping.NONE), ['ann', 'bob']);
    expect([...found.keys()]).toEqual(['ann']);
    expect(found.get('ann')).toMatchObject({ email: 'ann@example.com', consent });
    expect(found.get('ann')).not.toHaveProperty('secret');
  });

  it('reads them from a shop of another shape, also what is hashed or left out of all that is sent', async () => {
    const _id = new ObjectId();
    await db.collection('Kunde').insertOne({
      _id,
      kontakt: { mail: 'ann@example.com', telefon: '+491701234567' },
      werbung: { ...consent, updatedAt: consentedAt },
    });
    const mapping = ShopMapping.parse(
      `collections:
  customers:
    from: Kunde
    fields: { email: kontakt.mail, phone: kontakt.telefon, consent: werbung }
    drop: [kontakt.telefon]
    hash: [kontakt.mail]
`,
      'laurel.yaml',
      'a secret of some length',
    );
    const found = await read(new ContactReader(db, mapping), [_id.toHexString()]);
    expect(found.get(_id.toHexString())).toMatchObject({ email: 'ann@example.com', phone: '+491701234567', consent });
  });
});

async function read(reader: ContactReader, customerIds: readonly string[]) {
  return reader.decoded(await reader.fetch(customerIds));
}
