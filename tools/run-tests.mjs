// `npm test`: lint, format, types, then every test against the real parts; the last line counts what passed and failed.
// With `--faults` the short form of the fault suite follows, each scenario that was run a test. With other arguments: only Vitest, with these arguments.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CHECKS = [
  ['lint', 'eslint', ['.']],
  ['format', 'prettier', ['--check', '--log-level=warn', '.']],
  ['types', 'tsc', ['-p', 'tsconfig.check.json']],
];

const withFaults = process.argv.includes('--faults');
const filters = process.argv.slice(2).filter(argument => argument !== '--faults');
let passed = 0;
let failed = 0;

let current;
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    interrupted = true;
    current?.kill(signal);
  });
}

ensureChromium();
if (filters.length === 0) for (const check of CHECKS) count(await runCheck(...check));
await runVitest();
if (withFaults) await runFaults();
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && passed > 0 && !interrupted ? 0 : 1;

function runToEnd(program, args) {
  if (interrupted) return 1;
  current = spawn(program, args, { stdio: 'inherit' });
  return new Promise(resolve => {
    current.once('error', () => resolve(1));
    current.once('close', code => resolve(code ?? 1));
  });
}

async function runCheck(name, program, args) {
  const status = await runToEnd(program, args);
  process.stdout.write(`${status === 0 ? '✓' : '✗'} ${name}\n`);
  return status === 0;
}

function count(good) {
  if (good) passed += 1;
  else failed += 1;
}

async function runVitest() {
  const folder = mkdtempSync(join(tmpdir(), 'laurel-results-'));
  const report = join(folder, 'results.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const status = await runToEnd('vitest', ['run', ...reporters, ...filters]);
  const results = existsSync(report)
    ? JSON.parse(readFileSync(report, 'utf8'))
    : { numPassedTests: 0, numFailedTests: 0 };
  rmSync(folder, { recursive: true });
  passed += results.numPassedTests;
  failed += results.numFailedTests;
  // A file that cannot be loaded, or an error outside any test, fails the run without a failed test.
  if (status !== 0 && results.numFailedTests === 0) failed += 1;
}

async function runFaults() {
  if (interrupted) return;
  const suite = spawn(process.execPath, [...process.execArgv, 'tests/faults/run.mjs', '--short'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  current = suite;
  let output = '';
  suite.stdout.on('data', chunk => (output += chunk));
  await new Promise(resolve => suite.once('close', resolve));
  process.stdout.write(output);
  const line = output.trimEnd().split('\n').at(-1) ?? '';
  const { faults } = line.startsWith('{"faults"') ? JSON.parse(line) : { faults: {} };
  const found = Object.values(faults);
  if (found.length === 0) failed += 1;
  for (const { lost, doubled, outOfOrder, unwritten, wrong = [] } of found)
    count(lost + doubled + outOfOrder + unwritten + wrong.length === 0);
}

// Tests in a browser need Chromium; on a bare Debian as root it is fetched, elsewhere they say what is missing.
function ensureChromium() {
  if (process.env.CHROMIUM_PATH || has('chromium') || has('google-chrome')) return;
  if (process.getuid?.() !== 0 || !has('apt-get')) return;
  process.stderr.write('Installing Chromium for the tests in a browser\n');
  const options = { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  spawnSync('apt-get', ['update', '-q'], options);
  const { status } = spawnSync('apt-get', ['install', '-q', '-y', '--no-install-recommends', 'chromium'], options);
  if (status !== 0) process.stderr.write('Chromium could not be installed: apt-get failed.\n');
}

function has(program) {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
