import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '@laurel/service';
import { MeasuredProcess } from '../measuring/measured-process.js';
import { RECOMMENDER_OPTIONS } from '../measuring/recommender-options.js';
import { askTop5, type Top5, type Top5Server } from './ask-top5.js';

const WITHIN_MS = 120_000;
/** As many as the answers asked for at once while the map is filled. */
const AT_ONCE = 32;

/** A server under measurement. */
export interface Served extends Top5Server {
  name: string;
  process: MeasuredProcess;
}

/** The recommender of a shop that is in the log already. Ready when it answers for itself that it is. */
export async function serveRecommender(options: {
  mongodbUri: string;
  kafkaBrokers: string;
  name: string;
  home: string;
}): Promise<Served> {
  const { mongodbUri, kafkaBrokers, name, home } = options;
  const port = await freePort();
  const key = 'storefront-of-the-benchmark';
  const more = process.env['BENCH_NODE_OPTIONS']?.split(' ').filter(Boolean) ?? [];
  const child = await MeasuredProcess.start({
    name: 'the recommender',
    command: process.execPath,
    args: [...RECOMMENDER_OPTIONS, ...more, join(import.meta.dirname, 'recommender-part.js')],
    logPath: join(home, 'recommender.log'),
    env: {
      NODE_ENV: 'production',
      MONGODB_URI: mongodbUri,
      KAFKA_BROKERS: kafkaBrokers,
      SHOP_DATABASE: name,
      LAUREL_DATABASE: `${name}-laurel`,
      TOPIC_PREFIX: 'laurel',
      LAUREL_HOME: home,
      RECOMMENDER_PORT: String(port),
      LAUREL_KEYS: `storefront=${key}`,
    },
  });
  const url = `http://127.0.0.1:${port}`;
  const ready = () =>
    fetch(`${url}/health/ready`).then(
      ({ status }) => status === 200,
      () => false,
    );
  await child.until(ready, WITHIN_MS);
  return { name: 'ours', process: child, url, key };
}

/** One of the bare servers of `bare/`, which answers from a map that is in a file. */
export async function serveBare(name: string, script: string, answers: string, home: string): Promise<Served> {
  const port = await freePort();
  const child = await MeasuredProcess.start({
    name,
    command: process.execPath,
    args: [join(import.meta.dirname, 'bare', script)],
    logPath: join(home, `${name}.log`),
    env: { NODE_ENV: 'production', ANSWERS: answers, PORT: String(port) },
  });
  const url = `http://127.0.0.1:${port}`;
  const answers200 = () =>
    askTop5({ url }, '').then(
      () => true,
      () => false,
    );
  await child.until(answers200, WITHIN_MS);
  return { name, process: child, url };
}

/** What a server answers each customer, kept in a file of `home` for the bare servers. Returns its path. */
export async function keepAnswers(server: Top5Server, users: readonly string[], home: string): Promise<string> {
  const answers: Record<string, Top5> = {};
  for (let from = 0; from < users.length; from += AT_ONCE) {
    const some = users.slice(from, from + AT_ONCE);
    const lists = await Promise.all(some.map(user => askTop5(server, user)));
    for (const [at, user] of some.entries()) answers[user] = lists[at] ?? [];
  }
  const path = join(home, 'answers.json');
  await writeFile(path, JSON.stringify(answers));
  return path;
}
