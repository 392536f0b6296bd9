import { parseArgs } from 'node:util';
import { ALL_SCENARIOS } from './all-scenarios.js';
import { isClean, runFaults } from './fault-run.js';
import { SHORT_MINUTES } from './short-form.js';

const HELP = `Faults made in real processes; what was written and what arrived are compared.

Usage: npm run faults -- [options]

Options
  --minutes N   begin no further round after N minutes (1); every scenario has one round at least
  --short       one round of the scenarios that there are ${SHORT_MINUTES} minutes for, as \`npm test -- --faults\` runs it
  --seed S      the seed of the random choices (a random one, which is printed)
  --only NAME   only this scenario; may be given several times
  --home DIR    use the servers of this home, and leave them running: npm run stack -- up --brokers 3 --home DIR
  --help        this text

Scenarios
${ALL_SCENARIOS.map(({ name, about }) => `  ${name.padEnd(20)} ${about}`).join('\n')}
`;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
process.exitCode = await run();

async function run(): Promise<number> {
  const options = readOptions();
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const say = (line: string) => {
    const seconds = Math.round(performance.now() / 1000);
    process.stderr.write(`${String(seconds).padStart(4)} s  ${line}\n`);
  };
  say(`seed ${options.seed}`);
  const figures = await runFaults({ ...options, say });
  const faults = Object.fromEntries(
    [...figures].map(([name, { wrong, ...counts }]) => [name, { ...counts, ...(wrong.length > 0 && { wrong }) }]),
  );
  process.stdout.write(`${JSON.stringify({ faults })}\n`);
  return figures.size > 0 && [...figures.values()].every(isClean) ? 0 : 1;
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        minutes: { type: 'string', default: '1' },
        seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
        only: { type: 'string', multiple: true, default: [] },
        home: { type: 'string' },
        short: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
    if (!(minutes > 0)) return `--minutes ${values.minutes} is not usable. Allowed: a number above 0.`;
    if (!Number.isInteger(seed)) return `--seed ${values.seed} is not usable. Allowed: a whole number.`;
    const unknown = values.only.find(name => !ALL_SCENARIOS.some(scenario => scenario.name === name));
    if (unknown !== undefined)
      return `There is no scenario "${unknown}". Allowed: ${ALL_SCENARIOS.map(({ name }) => name).join(', ')}.`;
    const { only, home, short, help } = values;
    if (short && only.length > 0) return '--short and --only do not go together.';
    return { minutes, seed, only, home, short, help };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
