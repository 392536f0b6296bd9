import type { LogMessage } from '../transport/log-transport.js';
import { z } from 'zod';

/** The services that hold something of customers, each of which has to answer. */
export const SUBJECT_SERVICES = ['clustering-service', 'events-ingester', 'feature-service', 'recommender'] as const;

export type SubjectService = (typeof SUBJECT_SERVICES)[number];

/** `erasure`: remove all that is held of a customer. `presence`: say how much there is. `access`: hand out what there is. */
export type SubjectRequestKind = 'erasure' | 'presence' | 'access';

/** How many records of a customer there are, or were removed, in one place: a collection, a topic, a table. */
export interface SubjectPlace {
  store: 'mongodb' | 'kafka' | 'warehouse' | 'files';
  place: string;
  records: number;
  /** What becomes of records that are still there. */
  note?: string;
}

/** The records of a customer in one place. */
export interface SubjectHolding extends Omit<SubjectPlace, 'records'> {
  records: readonly unknown[];
}

/** What one service did or found. */
export interface SubjectAnswer {
  at: Date;
  places: SubjectPlace[];
}

/** A request about one customer, and the answers so far. The customer's id is forgotten once every service has answered. */
export interface SubjectRequest {
  _id: string;
  kind: SubjectRequestKind;
  customerId: string | null;
  /** SHA-256 of the id, by which whoever has the id finds the request. */
  customerDigest: string;
  requestedAt: Date;
  /** When the last service answered, or the asker no longer waited. */
  closedAt: Date | null;
  answers: Partial<Record<SubjectService, SubjectAnswer>>;
  /** Of a request for access: the key that findings are sealed with. */
  publicKey?: string;
}

const messageSchema = z.object({ id: z.string() });

/** Says on the topic that there is a request; who reads it looks the request up. */
export function subjectMessage(id: string): string {
  return JSON.stringify({ id });
}

/** The id of the request that a message tells of; undefined for one that is closed, or that is no such message. */
export function readSubjectMessage({ value }: Pick<LogMessage, 'value'>): string | undefined {
  if (value === null) return undefined;
  try {
    return messageSchema.parse(JSON.parse(value.toString())).id;
  } catch {
    return undefined;
  }
}

/** The services that have not answered yet. */
export function unanswered({ answers }: Pick<SubjectRequest, 'answers'>): SubjectService[] {
  return SUBJECT_SERVICES.filter(service => !answers[service]);
}
