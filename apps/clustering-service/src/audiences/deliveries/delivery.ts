import { z } from 'zod';
import { targetSchema, type Target } from '../audience.js';
import { type Push, pushSchema, pushView } from '../destinations/push.js';
import type { ExportCounts } from '../audience-rows.js';
import { FORMAT_NAMES, type FormatName } from '../formats/format-names.js';
import type { FinishedFile } from './row-file.js';

/** How many rows a delivery tells anew, tells again changed, has removed, and leaves as they are. */
export interface DeliveryCounts extends ExportCounts {
  added: number;
  changed: number;
  removed: number;
  unchanged: number;
}

/** Files for a destination, made from an audience at one moment, and what was told before. */
export interface Delivery {
  _id: string;
  audienceId: string;
  /** Audience and format: deliveries of one stream follow each other. */
  stream: string;
  /** Rises with every delivery of the stream. */
  number: number;
  format: FormatName;
  mode: 'delta' | 'full';
  top: number;
  status: 'running' | 'complete' | 'failed';
  /** Why it failed. */
  reason: string | null;
  startedAt: Date;
  finishedAt: Date | null;
  /** What the audience was then. */
  definition: Target & { name: string };
  counts: DeliveryCounts;
  /** By the model's name. */
  modelVersions: Record<string, string>;
  files: (FinishedFile & { name: string })[];
  /** When the files are deleted. */
  filesUntil: Date;
  /** Where it is pushed, if it is. */
  push?: Push;
}

const moment = z.string().meta({ format: 'date-time' });
const count = z.number();

/** A delivery as the API and the file `manifest.json` show it. */
export const manifestSchema = z.object({
  id: z.string(),
  audience: targetSchema.extend({ id: z.string(), name: z.string() }),
  number: count.meta({ description: 'Rises with every delivery of this audience in this format' }),
  format: z.enum(FORMAT_NAMES),
  mode: z.enum(['delta', 'full']),
  top: count,
  status: z.enum(['running', 'complete', 'failed']),
  reason: z.string().nullable(),
  started_at: moment,
  finished_at: moment.nullable(),
  counts: z.object({
    members: count,
    excluded: count,
    exported: count,
    held_back: z.record(z.string(), count).meta({ description: 'How many were left out, by reason' }),
    added: count,
    changed: count,
    removed: count,
    unchanged: count,
  }),
  model_versions: z.record(z.string(), z.string()),
  files: z.array(z.object({ name: z.string(), rows: count, bytes: count, checksum_sha256: z.string() })),
  files_until: moment.meta({ description: 'When the files are deleted' }),
  push: pushSchema.nullable().meta({ description: 'How far it is pushed to its destination' }),
});

export type Manifest = z.infer<typeof manifestSchema>;

export function manifestOf(delivery: Delivery): Manifest {
  const { _id, audienceId, number, format, mode, top, status, reason, definition, counts, files } = delivery;
  return {
    id: _id,
    audience: { id: audienceId, ...definition },
    number,
    format,
    mode,
    top,
    status,
    reason,
    started_at: delivery.startedAt.toISOString(),
    finished_at: delivery.finishedAt?.toISOString() ?? null,
    counts,
    model_versions: delivery.modelVersions,
    files,
    files_until: delivery.filesUntil.toISOString(),
    push: delivery.push ? pushView(delivery.push) : null,
  };
}
