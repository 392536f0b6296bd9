import { CronTime } from 'cron';
import type { Collection, Db } from 'mongodb';

interface ScheduledAudience {
  _id: string;
  schedule?: { cron: string };
  /** When the next delivery is due; missing until the schedule was looked at first. */
  next_delivery_at?: Date;
}

/** Which audiences are due. Several replicas may look: each time belongs to one of them. A time that nobody was there for is made up for once. */
export class DeliverySchedule {
  private readonly audiences: Collection<ScheduledAudience>;

  constructor(db: Db) {
    this.audiences = db.collection<ScheduledAudience>('audiences');
  }

  /** The id of an audience that is due, which is then due again at its next time; undefined where none is. */
  async claimDue(now: Date): Promise<string | undefined> {
    for await (const { _id, schedule } of this.audiences.find({
      schedule: { $exists: true },
      next_delivery_at: { $exists: false },
    })) {
      const unset = { _id, next_delivery_at: { $exists: false } };
      if (schedule) await this.audiences.updateOne(unset, { $set: { next_delivery_at: nextTime(schedule.cron, now) } });
    }
    const due = await this.audiences.findOne({ next_delivery_at: { $lte: now } });
    if (!due?.schedule || !due.next_delivery_at) return undefined;
    const { modifiedCount } = await this.audiences.updateOne(
      { _id: due._id, next_delivery_at: due.next_delivery_at },
      { $set: { next_delivery_at: nextTime(due.schedule.cron, now) } },
    );
    return modifiedCount === 1 ? due._id : this.claimDue(now);
  }
}

/** The first time after `now` that five cron fields name, in UTC. */
export function nextTime(cron: string, now: Date): Date {
  return new CronTime(cron, 'UTC').getNextDateFrom(now, 'UTC').toJSDate();
}
