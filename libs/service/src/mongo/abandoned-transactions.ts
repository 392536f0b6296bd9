import type { MongoClient } from 'mongodb';
import type { Logger } from 'pino';
import { z } from 'zod';

const LOOK_EVERY_MS = 3000;
/** Between two operations of a transaction of Laurel's lie milliseconds. */
const IDLE_MS = 5000;

const openSchema = z.looseObject({ lsid: z.looseObject({ id: z.unknown() }) });

/**
 * Ends the transactions of connections named `appName` in which nothing has happened for `idleMs`, and returns how many there were. Their process is gone:
 * MongoDB itself would keep them, and hold up whoever writes to the same documents, for a minute (`transactionLifetimeLimitSeconds`). A process that was
 * only slow begins its transaction again.
 */
export async function endAbandonedTransactions(mongo: MongoClient, appName: string, idleMs: number): Promise<number> {
  const admin = mongo.db('admin');
  const open = await admin
    .aggregate([
      { $currentOp: { allUsers: false, idleSessions: true } },
      { $match: { appName, 'transaction.timeInactiveMicros': { $gte: idleMs * 1000 } } },
      { $project: { lsid: 1 } },
    ])
    .toArray();
  const sessions = open.map(each => ({ id: openSchema.parse(each).lsid.id }));
  if (sessions.length > 0) await admin.command({ killSessions: sessions });
  return sessions.length;
}

/** Looks for them every few seconds, as long as the client is open. */
export function watchAbandonedTransactions(mongo: MongoClient, appName: string, logger: Logger): void {
  let looking = false;
  const look = async (): Promise<void> => {
    if (looking) return;
    looking = true;
    try {
      const ended = await endAbandonedTransactions(mongo, appName, IDLE_MS);
      if (ended > 0) logger.warn({ ended }, 'transactions ended that nobody went on with');
    } catch (err) {
      logger.debug({ err }, 'MongoDB does not tell which transactions are open');
    }
    looking = false;
  };
  const timer = setInterval(() => void look(), LOOK_EVERY_MS).unref();
  mongo.once('topologyClosed', () => clearInterval(timer));
}
