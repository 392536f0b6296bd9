import { resolve } from 'node:path';
import { validateCronExpression } from 'cron';
import { z } from 'zod';
import type { RateLimits } from '../access/rate-limiter.js';
import { SettingsError } from './settings-error.js';

export { SettingsError };

/** The apps, in the order of their ports above `LAUREL_PORT_BASE`. */
export const APP_NAMES = [
  'recommender',
  'clustering-service',
  'feature-service',
  'events-ingester',
  'dashboard',
] as const;

export type AppName = (typeof APP_NAMES)[number];

/** Where the local MongoDB and Kafka that `npm start` runs listen, above `LAUREL_PORT_BASE`. */
export const LOCAL_PART_OFFSETS = { mongodb: 5, kafka: 6 } as const;

/** The libraries that Kafka can be reached with. */
export const KAFKA_CLIENTS = ['platformatic', 'kafkajs'] as const;

export type KafkaClient = (typeof KAFKA_CLIENTS)[number];

const port = z.coerce.number({ error: 'a port number' }).int().min(1).max(65535);
const optionalPort = port.optional();
const text = z.string().min(1);
const webAddress = z.url({ protocol: /^https?$/, error: 'an address that begins with http:// or https://' });

const RATE_LIMIT = '(storefront|crm|marketing|admin)=(0\\.\\d*[1-9]|[1-9]\\d{0,6})';
const RATE_LIMIT_LIST = new RegExp(`^${RATE_LIMIT}(,${RATE_LIMIT})*$`);

const environmentSchema = z.object({
  MONGODB_URI: text
    .regex(/^mongodb(\+srv)?:\/\//, 'an address that begins with mongodb:// or mongodb+srv://')
    .optional(),
  SHOP_DATABASE: text.default('shop'),
  LAUREL_DATABASE: text.default('laurel'),
  KAFKA_BROKERS: text.regex(/^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/, 'host:port, several separated by commas').optional(),
  KAFKA_CLIENT: z.enum(KAFKA_CLIENTS).default('platformatic'),
  TOPIC_PREFIX: text.regex(/^[a-zA-Z0-9_-]+$/, 'letters, digits, _ and -').default('laurel'),
  WAREHOUSE: z.enum(['duckdb', 'bigquery']).default('duckdb'),
  DUCKDB_PATH: text.optional(),
  BIGQUERY_PROJECT: text.optional(),
  BIGQUERY_DATASET: text.default('laurel'),
  BIGQUERY_API_ENDPOINT: webAddress.optional(),
  BIGQUERY_STORAGE_ENDPOINT: text.optional(),
  TRAINER: z.enum(['embedded', 'bigquery-ml']).default('embedded'),
  LAUREL_KEYS: text.optional(),
  STOP_NOTICE_SECONDS: z.coerce.number({ error: 'a number of seconds' }).min(0).max(300).default(0),
  RATE_LIMITS: text
    .regex(
      RATE_LIMIT_LIST,
      'SCOPE=REQUESTS A SECOND above 0, several separated by commas; scopes are storefront, crm, marketing, admin',
    )
    .optional(),
  LAUREL_HOME: text.default('.laurel'),
  LAUREL_CONFIG: text.optional(),
  LAUREL_HASH_SECRET: text.optional(),
  LAUREL_ENCRYPTION_KEYS: text.optional(),
  RECOMMENDER_RULES: text.optional(),
  LAUREL_STACK: z.enum(['docker', 'packages']).optional(),
  LAUREL_HOST: text.default('127.0.0.1'),
  LAUREL_PORT_BASE: z.coerce.number({ error: 'a port number' }).int().min(1).max(65500).default(4000),
  RECOMMENDER_PORT: optionalPort,
  CLUSTERING_SERVICE_PORT: optionalPort,
  FEATURE_SERVICE_PORT: optionalPort,
  EVENTS_INGESTER_PORT: optionalPort,
  DASHBOARD_PORT: optionalPort,
  RECOMMENDER_URL: webAddress.optional(),
  CLUSTERING_SERVICE_URL: webAddress.optional(),
  FEATURE_SERVICE_URL: webAddress.optional(),
  EVENTS_INGESTER_URL: webAddress.optional(),
  DASHBOARD_URL: webAddress.optional(),
  FEATURE_WINDOW_DAYS: z.coerce.number({ error: 'a number of days' }).int().min(1).max(3650).default(365),
  MARTS_REFRESH_MINUTES: z.coerce.number({ error: 'a number of minutes' }).int().min(1).max(1440).default(60),
  INTEREST_DAYS: z.coerce.number({ error: 'a number of days' }).int().min(1).max(3650).default(90),
  VIEW_WEIGHT: z.coerce.number({ error: 'a number' }).min(0).default(0.5),
  CART_WEIGHT: z.coerce.number({ error: 'a number' }).min(0).default(1),
  RETRAIN_CRON: text
    .refine(isCron, 'five cron fields: minute, hour, day of month, month, day of week')
    .default('0 3 * * *'),
  RETRAIN_DRIFT: z.coerce.number({ error: 'a number' }).min(0.01).default(0.25),
  AUDIT_RETENTION_DAYS: z.coerce.number({ error: 'a number of days' }).int().min(1).max(3650).default(365),
  WEBHOOK_PRIVATE_HOSTS: text
    .regex(/^[^\s,/:]+(,[^\s,/:]+)*$/, 'host names or IPv4 addresses without port, several separated by commas')
    .optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: webAddress.optional(),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number({ error: 'a number from 0 to 1' }).min(0).max(1).default(1),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  NODE_ENV: z.enum(['development', 'production', 'test']).default('production'),
});

/** What an operator may set, read once at start. Names follow the environment variables they come from. */
export interface Settings {
  mongodbUri: string;
  shopDatabase: string;
  /** The database of Laurel's own read models. */
  laurelDatabase: string;
  kafkaBrokers: string[];
  kafkaClient: KafkaClient;
  topicPrefix: string;
  warehouse: 'duckdb' | 'bigquery';
  duckdbPath: string;
  bigquery: {
    project?: string | undefined;
    dataset: string;
    apiEndpoint?: string | undefined;
    storageEndpoint?: string | undefined;
  };
  trainer: 'embedded' | 'bigquery-ml';
  /** The keys as given: a list, or the path of a file that holds one. */
  keys: string | undefined;
  /** Requests a second that each key of a scope may make in one process; without an entry any number. */
  rateLimits: RateLimits;
  /** How long an app that stops goes on answering while it says that it is not ready. */
  stopNoticeMs: number;
  /** Absolute path of the folder that holds Laurel's state. */
  home: string;
  /** Absolute path of the file that says how the shop is kept; `configGiven` where a setting named it, so that it must be there. */
  configFile: string;
  configGiven: boolean;
  /** Absolute path of the file that says what the shop wants of its lists; `rulesGiven` where a setting named it, so that it must be there. */
  rulesFile: string;
  rulesGiven: boolean;
  /** The secret of digests as given: itself, or the path of a file that holds it. */
  hashSecret?: string | undefined;
  /** The keys that secrets are sealed with as given: a list, or the path of a file that holds one; undefined: a file in `home`. */
  encryptionKeys?: string | undefined;
  /** Where the local MongoDB and Kafka come from; undefined leaves the choice to what is there. */
  localStack: 'docker' | 'packages' | undefined;
  host: string;
  /** `LAUREL_PORT_BASE`: the first of the ports that are not set one by one. */
  portBase: number;
  ports: Record<AppName, number>;
  /** Under which address browsers reach an app, where that is not its port on the host they opened the dashboard on (a proxy, TLS). */
  publicUrls: Partial<Record<AppName, string>>;
  featureWindowDays: number;
  /** The warehouse's models are built anew at most this often, when changes have come. */
  martsRefreshMinutes: number;
  /** When models are trained anew: five cron fields, in UTC. */
  retrainCron: string;
  /** Training looks at so many days of what customers looked at and put into the cart. */
  interestDays: number;
  /** How many bought pieces a look and the cart count as, where a model has not learned it. */
  interestWeights: { view: number; cart: number };
  /** The population stability index of a feature from which the tiers' model is trained anew before its time. */
  retrainDrift: number;
  /** How long it is kept who pulled or exported whose data. */
  auditRetentionDays: number;
  /** Hosts that webhooks may go to though they are not public, or have no TLS; lower case. */
  webhookPrivateHosts: string[];
  /** Where traces are sent, and which share of them; undefined where none are. */
  tracing: { endpoint: string; ratio: number } | undefined;
  logLevel: string;
  development: boolean;
}

/**
 * Reads and checks the settings. An empty variable counts as not set.
 *
 * @throws SettingsError naming every bad setting.
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>> = process.env): Settings {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const result = environmentSchema.safeParse(given);
  if (!result.success) {
    throw new SettingsError(
      result.error.issues.map(issue => {
        const name = String(issue.path[0]);
        return notUsable(name, given[name], allowed(issue));
      }),
    );
  }
  const env = result.data;
  if (env.WAREHOUSE === 'bigquery' && env.BIGQUERY_PROJECT === undefined) {
    throw new SettingsError([
      notUsable('BIGQUERY_PROJECT', '', 'the id of a Google Cloud project, needed with WAREHOUSE=bigquery'),
    ]);
  }
  if (env.TRAINER === 'bigquery-ml' && env.WAREHOUSE !== 'bigquery') {
    throw new SettingsError([
      notUsable('TRAINER', env.TRAINER, 'embedded, or bigquery-ml together with WAREHOUSE=bigquery'),
    ]);
  }
  const home = resolve(env.LAUREL_HOME);
  return {
    mongodbUri:
      env.MONGODB_URI ??
      `mongodb://127.0.0.1:${env.LAUREL_PORT_BASE + LOCAL_PART_OFFSETS.mongodb}/?directConnection=true`,
    shopDatabase: env.SHOP_DATABASE,
    laurelDatabase: env.LAUREL_DATABASE,
    kafkaBrokers: (env.KAFKA_BROKERS ?? `127.0.0.1:${env.LAUREL_PORT_BASE + LOCAL_PART_OFFSETS.kafka}`).split(','),
    kafkaClient: env.KAFKA_CLIENT,
    topicPrefix: env.TOPIC_PREFIX,
    warehouse: env.WAREHOUSE,
    duckdbPath: resolve(env.DUCKDB_PATH ?? `${home}/warehouse.duckdb`),
    bigquery: {
      project: env.BIGQUERY_PROJECT,
      dataset: env.BIGQUERY_DATASET,
      apiEndpoint: env.BIGQUERY_API_ENDPOINT,
      storageEndpoint: env.BIGQUERY_STORAGE_ENDPOINT,
    },
    trainer: env.TRAINER,
    keys: env.LAUREL_KEYS,
    rateLimits: Object.fromEntries(
      (env.RATE_LIMITS?.split(',') ?? [])
        .map(entry => entry.split('='))
        .map(([scope, limit]) => [scope, Number(limit)]),
    ),
    stopNoticeMs: env.STOP_NOTICE_SECONDS * 1000,
    home,
    rulesFile: resolve(env.RECOMMENDER_RULES ?? `${home}/recommender.yaml`),
    rulesGiven: env.RECOMMENDER_RULES !== undefined,
    configFile: resolve(env.LAUREL_CONFIG ?? `${home}/laurel.yaml`),
    configGiven: env.LAUREL_CONFIG !== undefined,
    hashSecret: env.LAUREL_HASH_SECRET,
    encryptionKeys: env.LAUREL_ENCRYPTION_KEYS,
    localStack: env.LAUREL_STACK,
    host: env.LAUREL_HOST,
    portBase: env.LAUREL_PORT_BASE,
    ports: {
      recommender: env.RECOMMENDER_PORT ?? env.LAUREL_PORT_BASE,
      'clustering-service': env.CLUSTERING_SERVICE_PORT ?? env.LAUREL_PORT_BASE + 1,
      'feature-service': env.FEATURE_SERVICE_PORT ?? env.LAUREL_PORT_BASE + 2,
      'events-ingester': env.EVENTS_INGESTER_PORT ?? env.LAUREL_PORT_BASE + 3,
      dashboard: env.DASHBOARD_PORT ?? env.LAUREL_PORT_BASE + 4,
    },
    publicUrls: {
      ...(env.RECOMMENDER_URL && { recommender: env.RECOMMENDER_URL }),
      ...(env.CLUSTERING_SERVICE_URL && { 'clustering-service': env.CLUSTERING_SERVICE_URL }),
      ...(env.FEATURE_SERVICE_URL && { 'feature-service': env.FEATURE_SERVICE_URL }),
      ...(env.EVENTS_INGESTER_URL && { 'events-ingester': env.EVENTS_INGESTER_URL }),
      ...(env.DASHBOARD_URL && { dashboard: env.DASHBOARD_URL }),
    },
    featureWindowDays: env.FEATURE_WINDOW_DAYS,
    martsRefreshMinutes: env.MARTS_REFRESH_MINUTES,
    retrainCron: env.RETRAIN_CRON,
    interestDays: env.INTEREST_DAYS,
    interestWeights: { view: env.VIEW_WEIGHT, cart: env.CART_WEIGHT },
    retrainDrift: env.RETRAIN_DRIFT,
    auditRetentionDays: env.AUDIT_RETENTION_DAYS,
    webhookPrivateHosts: env.WEBHOOK_PRIVATE_HOSTS?.toLowerCase().split(',') ?? [],
    tracing: env.OTEL_EXPORTER_OTLP_ENDPOINT
      ? { endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT, ratio: env.OTEL_TRACES_SAMPLER_ARG }
      : undefined,
    logLevel: env.LOG_LEVEL,
    development: env.NODE_ENV !== 'production',
  };
}

/** A MongoDB address that may be shown: without user and password. */
export function withoutPassword(uri: string): string {
  return uri.replace(/\/\/.*@/, '//…@');
}

function notUsable(name: string, value: string | undefined, allowed: string): string {
  return `${name}=${JSON.stringify(withoutPassword(value ?? ''))} is not usable. Allowed: ${allowed}`;
}

function isCron(expression: string): boolean {
  return expression.trim().split(/\s+/).length === 5 && validateCronExpression(expression).valid;
}

function allowed(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return issue.values.map(String).join(' | ');
  if (issue.code === 'too_small') return `at least ${issue.minimum}`;
  if (issue.code === 'too_big') return `at most ${issue.maximum}`;
  if (issue.code === 'invalid_type' && issue.expected === 'int') return 'a whole number';
  return issue.message;
}
