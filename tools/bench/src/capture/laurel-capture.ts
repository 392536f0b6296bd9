import { Topics } from '@laurel/change-log';
import { startLaurelPart } from '../measuring/start-laurel-part.js';
import type { Ingester } from './ingester.js';

/** Laurel's capture alone. */
export const laurelCapture: Ingester = {
  name: 'ours',
  topicOf: ({ database }) => new Topics('laurel', database).changes('events'),
  start: ({ database, ...task }) => startLaurelPart({ part: 'capture', name: database, ...task }),
};
