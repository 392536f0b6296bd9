import { z } from 'zod';
import { originOf } from '../../answers/request-id.js';
import type { ToldFeedback } from '../../feedback/told-feedback.js';
import { ArgumentError } from './argument-error.js';
import { checkedId } from './checked-arguments.js';
import type { FeedbackEventInput } from './feedback-event.js';

const MAX_EVENTS = 500;
const MAX_POSITION = 100;
const MAX_PLACEMENT_LENGTH = 64;
const LATEST_AHEAD_MS = 5 * 60_000;
const EARLIEST_BEHIND_MS = 7 * 86_400_000;
const moment = z.iso.datetime({ offset: true });

/** @throws ArgumentError naming the field, e.g. `events[3].position`. */
export function checkedFeedback(events: readonly FeedbackEventInput[], nowMs: number): ToldFeedback[] {
  if (events.length === 0 || events.length > MAX_EVENTS)
    throw new ArgumentError('events', `${events.length} entries`, `1 to ${MAX_EVENTS} entries`);
  return events.map((event, index) => checkedEvent(event, `events[${index}]`, nowMs));
}

function checkedEvent(event: FeedbackEventInput, place: string, nowMs: number): ToldFeedback {
  const { kind, requestId, position, placement } = event;
  const origin = originOf(requestId);
  if (!origin) throw new ArgumentError(`${place}.requestId`, requestId, 'the requestId of an answer');
  if (!(position >= 1 && position <= MAX_POSITION))
    throw new ArgumentError(`${place}.position`, position, `a whole number from 1 to ${MAX_POSITION}`);
  if (placement.trim().length === 0 || placement.length > MAX_PLACEMENT_LENGTH)
    throw new ArgumentError(`${place}.placement`, placement, `1 to ${MAX_PLACEMENT_LENGTH} characters`);
  const productId = checkedId(`${place}.productId`, event.productId);
  const id = optionalId(`${place}.id`, event.id) ?? `${requestId}/${kind}/${productId}`;
  const userId = optionalId(`${place}.userId`, event.userId);
  const orderId = optionalId(`${place}.orderId`, event.orderId);
  const at = checkedTime(`${place}.at`, event.at, nowMs);
  return { id, kind, requestId, origin, userId, productId, position, placement: placement.trim(), orderId, at };
}

function optionalId(argument: string, id: string | null | undefined): string | undefined {
  return id == null ? undefined : checkedId(argument, id);
}

function checkedTime(argument: string, text: string | null | undefined, nowMs: number): Date {
  if (text == null) return new Date(nowMs);
  const at = new Date(moment.safeParse(text).data ?? Number.NaN);
  if (!(at.getTime() <= nowMs + LATEST_AHEAD_MS && at.getTime() >= nowMs - EARLIEST_BEHIND_MS))
    throw new ArgumentError(argument, text, 'a moment of the last 7 days as RFC 3339, e.g. 2026-03-01T12:00:00Z');
  return at;
}
