import { SHOP_COLLECTIONS, type ShopCollection } from '@laurel/shop';
import { BSON, type Db, type Document } from 'mongodb';
import type { ReferenceShare, SampledCollection } from './field-guess.js';
import { FieldProfile } from './field-profile.js';
import { KNOWN_SHAPES } from './known-shapes.js';
import type { Proposal } from './proposal.js';
import { proposeCollection } from './propose-collection.js';
import { isOrderLines, recogniseCollections } from './recognise.js';

export interface InspectOptions {
  /** At most so many documents of a collection are looked at. */
  sampleSize: number;
  /** `done` from 0 to 1, and what is being looked at. */
  onProgress?(done: number, what: string): void;
}

/** What was made of a database, and the documents that were looked at, by the shop's name of their collection. */
export interface Inspection {
  proposal: Proposal;
  samples: ReadonlyMap<string, readonly Document[]>;
}

const MAX_SAMPLE_BYTES = 16 * 1024 * 1024;
const MAX_COLLECTIONS = 200;
const MAX_TIME_MS = 30_000;
const OWN = /^(system\.|laurel_)/;

/** Looks at a sample of every collection, and guesses which are a shop's. Reads only; of a large collection only a bounded part. */
export async function inspectShop(db: Db, { sampleSize, onProgress }: InspectOptions): Promise<Inspection> {
  const ignored: Proposal['ignored'] = [];
  const listed = (await db.listCollections().toArray())
    .filter(({ name }) => !OWN.test(name))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  for (const { name, type } of listed)
    if (type !== 'collection') ignored.push({ collection: name, why: `a ${type}, which has no change stream` });
  const names = listed.filter(({ type }) => type === 'collection').map(({ name }) => name);
  for (const name of names.slice(MAX_COLLECTIONS))
    ignored.push({ collection: name, why: `only ${MAX_COLLECTIONS} collections are looked at` });

  const collections: SampledCollection[] = [];
  const samples = new Map<string, readonly Document[]>();
  const looked = names.slice(0, MAX_COLLECTIONS);
  for (const [index, name] of looked.entries()) {
    onProgress?.((0.8 * index) / looked.length, name);
    const documents = await db.collection(name).estimatedDocumentCount();
    const sample = await sampleOf(db, name, sampleSize);
    const profile = new FieldProfile();
    for (const document of sample) profile.add(document);
    samples.set(name, sample);
    collections.push({ name, profile, documents, sampled: sample.length });
  }

  const found = recogniseCollections(collections);
  const references = referencesTo(
    db,
    new Map(Array.from(found, ([collection, { source }]) => [collection, source.name])),
  );
  const proposal: Proposal = { database: db.databaseName, collections: [], missing: [], ignored };
  for (const [index, collection] of SHOP_COLLECTIONS.entries()) {
    onProgress?.(0.8 + 0.05 * index, collection);
    const match = found.get(collection);
    if (match) proposal.collections.push(await proposeCollection(collection, match, references));
    else proposal.missing.push({ collection, advice: adviceFor(collection) });
  }
  const taken = new Set(proposal.collections.map(({ from }) => from));
  for (const { name, documents } of collections)
    if (!taken.has(name)) ignored.push({ collection: name, why: whyIgnored(name, documents) });
  return { proposal, samples };
}

async function sampleOf(db: Db, name: string, size: number): Promise<Document[]> {
  const cursor = db.collection(name).aggregate([{ $sample: { size } }], {
    promoteValues: false,
    batchSize: 100,
    allowDiskUse: true,
    maxTimeMS: MAX_TIME_MS,
  });
  const sample: Document[] = [];
  let bytes = 0;
  for await (const document of cursor) {
    sample.push(document);
    bytes += BSON.calculateObjectSize(document);
    if (bytes > MAX_SAMPLE_BYTES) break;
  }
  return sample;
}

function referencesTo(db: Db, names: ReadonlyMap<ShopCollection, string>): ReferenceShare {
  return async (collection, values) => {
    const name = names.get(collection);
    if (name === undefined || values.length === 0) return undefined;
    const different = [...new Map(values.map(value => [String(value), value])).values()];
    const among: Document = { _id: { $in: different } };
    const hits = await db.collection(name).countDocuments(among, { maxTimeMS: MAX_TIME_MS });
    return hits / different.length;
  };
}

function adviceFor(collection: ShopCollection): string {
  const names = KNOWN_SHAPES[collection].names.slice(0, 3).join(', ');
  return `nothing in the database is like ${collection} (called ${names} or alike)`;
}

function whyIgnored(name: string, documents: number): string {
  if (isOrderLines(name)) return 'it seems to hold the lines of orders: they must be an array within the order';
  return documents === 0 ? 'it is empty' : 'it is like none of what Laurel reads';
}
