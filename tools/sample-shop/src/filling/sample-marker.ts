import type { Db } from 'mongodb';
import { z } from 'zod';

const COLLECTION = 'laurel_sample_shop';
const ID = 'sample-shop';

const markerSchema = z.object({ _id: z.literal(ID), seed: z.string(), now: z.date(), filledAt: z.date().nullable() });

/** What a shop's database remembers of its filling with the sample. `filledAt` is null while the filling is unfinished. */
export type SampleMarker = z.infer<typeof markerSchema>;

/** The state of a shop's database as seen by the sample: `unfinished` was cut while being filled, `other` holds data of its own. */
export type SampleShopState = 'empty' | 'unfinished' | 'filled' | 'other';

/** The marker, or undefined where the sample never touched the database. */
export async function readMarker(db: Db): Promise<SampleMarker | undefined> {
  const found = await db.collection<SampleMarker>(COLLECTION).findOne({ _id: ID });
  return found ? markerSchema.parse(found) : undefined;
}

/** Notes that a filling begins, or that it is done. */
export async function writeMarker(db: Db, marker: Omit<SampleMarker, '_id'>): Promise<void> {
  await db.collection<SampleMarker>(COLLECTION).replaceOne({ _id: ID }, marker, { upsert: true });
}

/** Whether the sample may fill this database: it holds no document of a shop, or only those of a filling that was cut. */
export async function isEmptyShop(db: Db): Promise<boolean> {
  const state = await sampleShopState(db);
  return state === 'empty' || state === 'unfinished';
}

/** Whether the sample may be filled in, has to be completed, is there, or has no place here: in a database that holds any document of anyone else's. */
export async function sampleShopState(db: Db): Promise<SampleShopState> {
  const marker = await readMarker(db);
  if (marker) return marker.filledAt ? 'filled' : 'unfinished';
  const names = (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name);
  const first = await Promise.all(
    names
      .filter(name => !name.startsWith('system.'))
      .map(name => db.collection(name).findOne({}, { projection: { _id: 1 } })),
  );
  return first.every(document => document === null) ? 'empty' : 'other';
}
