import { createHash } from 'node:crypto';
import type { AudienceRow, AudienceRows } from '../audience-rows.js';
import type { Cell } from '../formats/audience-format.js';
import { csvText } from '../formats/csv-text.js';
import type { FileFormat } from '../formats/file-format.js';
import type { Delivery, DeliveryCounts } from './delivery.js';
import type { DeliveryFolder } from './delivery-folder.js';
import { mergeByCustomer } from './merge-by-customer.js';
import type { RecipientLedger, Told } from './recipient-ledger.js';

const AT_ONCE = 1000;

/** What a delivery is made from. */
export interface DeliveryWork {
  delivery: Delivery;
  /** The last complete delivery of the stream; 0 where there is none. */
  before: number;
  rows: AudienceRows;
  file: FileFormat;
  ledger: RecipientLedger;
  folder: DeliveryFolder;
  /** Called now and then; what it throws ends the work. */
  onProgress(): Promise<void>;
}

/**
 * Writes the files of a delivery: `members` has who is new or whose row is another one (in a full delivery everybody), `removals` who is to be
 * removed, also where somebody's identifiers became others. Whoever applies the removals first and the members then has the audience exactly.
 */
export async function makeDelivery(work: DeliveryWork): Promise<Pick<Delivery, 'counts' | 'files'>> {
  const { delivery, before, rows, file, ledger, folder } = work;
  const { _id: id, stream, number, mode } = delivery;
  const { format, extension } = file;
  const places = format.identifiers.map(name => format.header.indexOf(name));
  const identifiersOf = ({ cells }: AudienceRow): Cell[] => places.map(place => cells[place] ?? null);
  const members = await folder.create(id, `members.${extension}`, file.head);
  const removals = await folder.create(id, `removals.csv`, csvText([format.identifiers]));
  const counts = { added: 0, changed: 0, removed: 0, unchanged: 0 };
  let memberRows: { customerId: string; text: string }[] = [];
  let removalRows: { customerId: string; text: string }[] = [];
  let told: Told[] = [];
  const flush = async (): Promise<void> => {
    await work.onProgress();
    await Promise.all([members.append(memberRows), removals.append(removalRows), ledger.add(stream, number, told)]);
    [memberRows, removalRows, told] = [[], [], []];
  };
  const remove = ({ customerId, identifiers }: Told): void => {
    if (identifiers) removalRows.push({ customerId, text: csvText([identifiers]) });
  };
  try {
    for await (const { left: row, right: known } of mergeByCustomer(each(rows), ledger.toldUpTo(stream, before))) {
      if (row) {
        const { customerId } = row;
        const text = file.write([row.cells]);
        const fingerprint = createHash('sha256').update(text).digest('base64url');
        const same = known?.fingerprint === fingerprint;
        if (!same || mode === 'full') memberRows.push({ customerId, text });
        if (same) counts.unchanged++;
        else {
          const identifiers = identifiersOf(row);
          if (known) counts.changed++;
          else counts.added++;
          if (known && JSON.stringify(known.identifiers) !== JSON.stringify(identifiers)) remove(known);
          told.push({ customerId, fingerprint, identifiers });
        }
      } else if (known) {
        counts.removed++;
        remove(known);
        told.push({ ...known, identifiers: null });
      }
      if (memberRows.length + removalRows.length + told.length >= AT_ONCE) await flush();
    }
    await flush();
  } catch (error) {
    await Promise.allSettled([members.close(), removals.close()]);
    throw error;
  }
  const all: DeliveryCounts = { ...rows.counts, ...counts };
  const files = [
    { name: `members.${extension}`, ...(await members.close()) },
    { name: 'removals.csv', ...(await removals.close()) },
  ];
  return { counts: all, files };
}

async function* each(rows: AudienceRows): AsyncGenerator<AudienceRow> {
  for await (const batch of rows.read()) yield* batch;
}
