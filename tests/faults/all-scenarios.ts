import type { FaultScenario } from './fault-scenario.js';
import { answerLost } from './scenarios/answer-lost.js';
import { collectionGone } from './scenarios/collection-gone.js';
import { diskFull } from './scenarios/disk-full.js';
import { drift } from './scenarios/drift.js';
import { kill } from './scenarios/kill.js';
import { killApart } from './scenarios/kill-apart.js';
import { killInSnapshot } from './scenarios/kill-in-snapshot.js';
import { largeEvent } from './scenarios/large-event.js';
import { oplogLost } from './scenarios/oplog-lost.js';
import { poison } from './scenarios/poison.js';
import { rolledBackWrite } from './scenarios/rolled-back-write.js';
import { rollingBrokers } from './scenarios/rolling-brokers.js';
import { stepDown } from './scenarios/step-down.js';
import { suspend } from './scenarios/suspend.js';
import { unavailable } from './scenarios/unavailable.js';
import { zombie } from './scenarios/zombie.js';

/** Every fault that the pipeline has to survive. */
export const ALL_SCENARIOS: readonly FaultScenario[] = [
  kill,
  killInSnapshot,
  suspend,
  rollingBrokers,
  stepDown,
  rolledBackWrite,
  oplogLost,
  collectionGone,
  poison,
  drift,
  largeEvent,
  diskFull,
  killApart,
  zombie,
  answerLost,
  unavailable,
];
