export {
  APP_NAMES,
  LOCAL_PART_OFFSETS,
  readSettings,
  SettingsError,
  type AppName,
  type Settings,
} from './settings/settings.js';
export { KeyRing, SCOPES, type Scope } from './access/key-ring.js';
export { AUDIT_ACTIONS, type AuditEntry, type AuditNote } from './audit/audit-entry.js';
export { auditDigest, AuditTrail } from './audit/audit-trail.js';
export type { AccessRule } from './access/access-rules.js';
export { ASK_AGAIN_SECONDS } from './http/load-shedding.js';
export { eventLoopTurn } from './http/event-loop-turn.js';
export type { ShortAnswer, Shortcut } from './http/shortcut.js';
export { type Problem, ProblemException } from './http/problem.js';
export { SeriesHistogram } from './metrics/series-histogram.js';
export { Readiness, type ReadinessCheck } from './health/readiness.js';
export { Leases, type HeldLease } from './mongo/lease.js';
export { freePort, isPortFree } from './ports/free-port.js';
export { isSurelyGone, processMark } from './process/process-mark.js';
export { SealedValueError, SecretBox } from './secrets/secret-box.js';
export { processStatus } from './process/process-status.js';
export { readAhead } from './background/read-ahead.js';
export { WakeableRest } from './background/wakeable-rest.js';
export { createLogger } from './log/create-logger.js';
export { openServiceContext, type LaurelApp, type ServiceContext } from './service-context.js';
export { SERVICE_CONTEXT } from './service.module.js';
export type { TracedWork } from './tracing/traced-work.js';
export { traced } from './tracing/tracing.js';
export { COMPRESSED_FROM_BYTES, startApp, type RunningApp } from './start-app.js';
