import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { APP_NAMES, readSettings } from './settings.js';
import { SettingsError } from './settings-error.js';

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readSettings(environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

describe('readSettings', () => {
  it('needs nothing set', () => {
    expect(readSettings({})).toMatchObject({
      mongodbUri: 'mongodb://127.0.0.1:4005/?directConnection=true',
      kafkaBrokers: ['127.0.0.1:4006'],
      kafkaClient: 'platformatic',
      shopDatabase: 'shop',
      laurelDatabase: 'laurel',
      warehouse: 'duckdb',
      host: '127.0.0.1',
      ports: {
        recommender: 4000,
        'clustering-service': 4001,
        'feature-service': 4002,
        'events-ingester': 4003,
        dashboard: 4004,
      },
      publicUrls: {},
      development: false,
    });
  });

  it('reads the rate of each scope, and refuses what is no rate', () => {
    expect(readSettings({ RATE_LIMITS: 'storefront=2000,crm=0.5' }).rateLimits).toEqual({ storefront: 2000, crm: 0.5 });
    for (const bad of ['storefront', 'storefront=0', 'storefront=-1', 'anybody=5', 'crm=5;admin=5'])
      expect(problemsOf({ RATE_LIMITS: bad })).toEqual([expect.stringMatching(/^RATE_LIMITS=.*Allowed: SCOPE=/)]);
  });

  it('takes an empty variable for one that is not set', () => {
    expect(readSettings({ WAREHOUSE: '', RECOMMENDER_PORT: '', KAFKA_BROKERS: '' })).toEqual(readSettings({}));
  });

  it('moves all ports by one base, and one port by its own name', () => {
    const { ports, mongodbUri } = readSettings({ LAUREL_PORT_BASE: '5000', FEATURE_SERVICE_PORT: '6000' });
    expect(APP_NAMES.map(name => ports[name])).toEqual([5000, 5001, 6000, 5003, 5004]);
    expect(mongodbUri).toContain(':5005/');
  });

  it('keeps every port in range for any base it accepts', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 65500 }), base => {
        const { ports } = readSettings({ LAUREL_PORT_BASE: String(base) });
        const all = Object.values(ports);
        expect(new Set(all).size).toBe(APP_NAMES.length);
        expect(Math.max(...all)).toBeLessThanOrEqual(65535);
      }),
    );
  });

  it.each([
    ['MONGODB_URI', 'http://127.0.0.1', 'an address that begins with mongodb:// or mongodb+srv://'],
    ['KAFKA_BROKERS', '127.0.0.1', 'host:port, several separated by commas'],
    ['KAFKA_BROKERS', 'a:9092, b:9092', 'host:port, several separated by commas'],
    ['TOPIC_PREFIX', 'a.b', 'letters, digits, _ and -'],
    ['WAREHOUSE', 'snowflake', 'duckdb | bigquery'],
    ['TRAINER', 'gpu', 'embedded | bigquery-ml'],
    ['TRAINER', 'bigquery-ml', 'WAREHOUSE=bigquery'],
    ['BIGQUERY_API_ENDPOINT', 'localhost:9050', 'an address that begins with http:// or https://'],
    ['DASHBOARD_URL', 'javascript:alert(1)', 'an address that begins with http:// or https://'],
    ['LAUREL_PORT_BASE', 'four', 'a port number'],
    ['LAUREL_PORT_BASE', '70000', 'at most 65500'],
    ['RECOMMENDER_PORT', '0', 'at least 1'],
    ['RECOMMENDER_PORT', '4000.5', 'a whole number'],
    ['FEATURE_WINDOW_DAYS', '0', 'at least 1'],
    ['FEATURE_WINDOW_DAYS', 'year', 'a number of days'],
    ['INTEREST_DAYS', '0', 'at least 1'],
    ['VIEW_WEIGHT', '-1', 'at least 0'],
    ['CART_WEIGHT', 'much', 'a number'],
    ['RETRAIN_CRON', 'nightly', 'five cron fields'],
    ['RETRAIN_CRON', '0 0 3 * * *', 'five cron fields'],
    ['RETRAIN_CRON', '99 3 * * *', 'five cron fields'],
    ['RETRAIN_DRIFT', '0', 'at least 0.01'],
    ['LOG_LEVEL', 'loud', 'fatal | error | warn | info | debug | trace | silent'],
    ['NODE_ENV', 'staging', 'development | production | test'],
  ])('refuses %s=%s, naming the setting, its value and what is allowed', (name, value, allowed) => {
    const problems = problemsOf({ [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`${name}=${JSON.stringify(value)} is not usable. Allowed: `);
    expect(problems[0]).toContain(allowed);
  });

  it('names every bad setting at once', () => {
    const problems = problemsOf({ WAREHOUSE: 'x', LOG_LEVEL: 'y', LAUREL_PORT_BASE: 'z' });
    expect(problems.map(problem => problem.split('=')[0]).toSorted()).toEqual([
      'LAUREL_PORT_BASE',
      'LOG_LEVEL',
      'WAREHOUSE',
    ]);
  });

  it('needs a project for BigQuery', () => {
    expect(problemsOf({ WAREHOUSE: 'bigquery' })).toEqual([expect.stringContaining('BIGQUERY_PROJECT')]);
    expect(readSettings({ WAREHOUSE: 'bigquery', BIGQUERY_PROJECT: 'p', TRAINER: 'bigquery-ml' }).trainer).toBe(
      'bigquery-ml',
    );
  });

  it('does not show the password of a database address it refuses', () => {
    expect(problemsOf({ MONGODB_URI: 'postgres://shop:s3cr3t/p@ss@db:1/x' }).join()).not.toMatch(/s3cr3t|ss@db/);
  });
});
