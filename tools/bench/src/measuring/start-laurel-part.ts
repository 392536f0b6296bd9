import { join } from 'node:path';
import { MeasuredProcess } from './measured-process.js';

const SCRIPT = join(import.meta.dirname, 'laurel-part.js');
/** What `docker-compose.yml` gives a process that only captures, or only loads. */
const NODE_OPTIONS = {
  capture: ['--max-semi-space-size=16', '--heap-growing-percent=50'],
  load: ['--max-semi-space-size=4', '--heap-growing-percent=50'],
};
const MALLOC = {
  capture: { MALLOC_ARENA_MAX: '2' },
  load: { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '1048576', MALLOC_TRIM_THRESHOLD_: '1048576' },
};
/** Where the ports of a part begin, unless it is said otherwise. */
export const PART_PORT_BASE = 47_100;

/** What a part of Laurel works on. */
export interface LaurelPart {
  part: 'capture' | 'load';
  mongodbUri: string;
  kafkaBrokers: string;
  /** Names the shop's database, Laurel's own, and the topics. */
  name: string;
  /** A folder of its own. */
  home: string;
  /** Where its ports begin, for a second part beside another. */
  portBase?: number;
}

/** Laurel's capture or load alone. `BENCH_NODE_OPTIONS` adds options for Node, such as those of its profiler. */
export function startLaurelPart({
  part,
  mongodbUri,
  kafkaBrokers,
  name,
  home,
  portBase = PART_PORT_BASE,
}: LaurelPart): Promise<MeasuredProcess> {
  const more = process.env['BENCH_NODE_OPTIONS']?.split(' ').filter(Boolean) ?? [];
  return MeasuredProcess.start({
    name: `Laurel's ${part}`,
    command: process.execPath,
    args: [...NODE_OPTIONS[part], ...more, SCRIPT, part],
    logPath: join(home, `${name}-${part}.log`),
    env: {
      ...MALLOC[part],
      MONGODB_URI: mongodbUri,
      KAFKA_BROKERS: kafkaBrokers,
      SHOP_DATABASE: name,
      LAUREL_DATABASE: `${name}-laurel`,
      TOPIC_PREFIX: 'laurel',
      WAREHOUSE: 'duckdb',
      DUCKDB_PATH: join(home, `${name}${part === 'load' ? '' : `-${part}`}.duckdb`),
      LAUREL_HOME: home,
      LAUREL_PORT_BASE: String(portBase),
      LAUREL_KEYS: 'admin=admin-of-the-benchmark',
    },
  });
}
