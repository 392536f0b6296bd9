import { type MongoClient, Timestamp } from 'mongodb';
import { z } from 'zod';

/** How far back MongoDB remembers changes. Capture that stands still for longer has lost some. Times are whole seconds. */
export interface OplogWindow {
  oldest: Date;
  newest: Date;
  /** How much of the oplog's size is used, 0 to 1: one that is not full yet reaches further back every hour. */
  filled: number;
}

const entrySchema = z.looseObject({ ts: z.instanceof(Timestamp) });
const statsSchema = z.looseObject({ maxSize: z.number(), size: z.number() });

/**
 * Reads the window of a replica set.
 *
 * @throws MongoServerError where the user may not read the database `local`; ZodError where there is no oplog (a standalone server, mongos).
 */
export async function readOplogWindow(mongo: MongoClient): Promise<OplogWindow> {
  const local = mongo.db('local');
  const oplog = local.collection('oplog.rs');
  const end = async (direction: 1 | -1): Promise<Date> => {
    const entry = await oplog.findOne({}, { sort: { $natural: direction }, projection: { ts: 1 } });
    return new Date(entrySchema.parse(entry).ts.getHighBits() * 1000);
  };
  const { size, maxSize } = statsSchema.parse(await local.command({ collStats: 'oplog.rs' }));
  return { oldest: await end(1), newest: await end(-1), filled: size / maxSize };
}
