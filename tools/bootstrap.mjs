// Sets up what is missing and runs one command of Laurel on the Node that the project brings along.
// Plain JavaScript without dependencies: this runs before anything is installed, on Node 20 or newer.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = name => join(root, 'node_modules', '.bin', name);
const installStamp = join(root, 'node_modules', '.laurel-lock-hash');

// kafkajs 2.2.4 makes Node warn of a negative timeout, which is harmless. A larger young generation spares much copying while a shop is read.
const NODE_OPTIONS = [
  '--disable-warning=TimeoutNegativeWarning',
  '--min-semi-space-size=16',
  '--max-semi-space-size=64',
];

const COMMANDS = {
  start: ['apps/laurel/bin/laurel.js', 'start'],
  test: ['tools/run-tests.mjs'],
  bench: ['tools/bench/dist/main.js'],
  stack: ['tools/stack/dist/main.js'],
  faults: ['tests/faults/run.mjs'],
};

const [command, ...args] = process.argv.slice(2);
if (!Object.hasOwn(COMMANDS, command ?? ''))
  fail(`Usage: node tools/bootstrap.mjs ${Object.keys(COMMANDS).join('|')} [arguments]`);

checkTools();
await install();
await build();
await run(join(root, COMMANDS[command][0]), [...COMMANDS[command].slice(1), ...args]);

function checkTools() {
  if (Number(process.versions.node.split('.')[0]) < 20)
    fail(`Node ${process.versions.node} is too old. Install Node 20 or newer.`);
  const serversGiven = process.env.MONGODB_URI && process.env.KAFKA_BROKERS;
  if (serversGiven) return;
  const missing = missingTool();
  if (missing && (['test', 'faults'].includes(command) || !dockerAnswers())) fail(missing);
}

// What the local servers need where they do not come from Docker.
function missingTool() {
  const java = versionOf('java', ['-version'], /version "(?:1\.)?(\d+)/);
  if (!java || java[0] < 17) {
    return `Java 17 or newer is needed to run Kafka; ${found(java)}. Install it, start Docker, or set MONGODB_URI and KAFKA_BROKERS to servers of yours.`;
  }
  const python = versionOf('python3', ['--version'], /Python (\d+)\.(\d+)/);
  if (!python || python[0] < 3 || (python[0] === 3 && python[1] < 10)) {
    return `Python 3.10 or newer is needed to fetch the local servers; ${found(python)}. Install it, start Docker, or set MONGODB_URI and KAFKA_BROKERS.`;
  }
  return undefined;
}

function dockerAnswers() {
  if (process.env.LAUREL_STACK === 'packages') return false;
  return [['info'], ['compose', 'version']].every(
    dockerArgs =>
      spawnSync('docker', dockerArgs, { stdio: 'ignore', timeout: 5000, killSignal: 'SIGKILL' }).status === 0,
  );
}

function versionOf(program, versionArgs, pattern) {
  try {
    const output = execFileSync('sh', ['-c', `${program} ${versionArgs.join(' ')} 2>&1`], { encoding: 'utf8' });
    return pattern.exec(output)?.slice(1).map(Number);
  } catch {
    return undefined;
  }
}

function found(version) {
  return version ? `found ${version.join('.')}` : 'found none';
}

async function install() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (read(installStamp) === wanted && existsSync(bin('node'))) return;
  if (alreadyInstalled()) {
    writeFileSync(installStamp, wanted);
    return;
  }
  process.stderr.write('Installing dependencies (once; a minute or two)\n');
  rmSync(installStamp, { force: true });
  const npm = process.env.npm_execpath?.endsWith('.js') ? [process.execPath, process.env.npm_execpath] : ['npm'];
  const code = await child(npm[0], [...npm.slice(1), 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    quiet: !process.stderr.isTTY,
  });
  if (code !== 0)
    fail('The dependencies could not be installed. What npm said stands above. Check the network, then try again.');
  writeFileSync(installStamp, wanted);
}

// Whether what npm last finished installing is what the lock file asks for. `npm ci` deletes node_modules first, also under
// the feet of whatever runs from it, so it is not run where `npm install` has done the work. npm writes its own list last
// and removes it first: after an interrupted installation there is none.
function alreadyInstalled() {
  const list = read(join(root, 'node_modules', '.package-lock.json'));
  if (list === undefined || !existsSync(bin('node'))) return false;
  const installed = JSON.parse(list).packages;
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(locked)
    .filter(([path, { link, optional }]) => path.includes('node_modules/') && !link && !optional)
    .every(
      ([path, { version, integrity }]) =>
        installed[path]?.version === version && installed[path]?.integrity === integrity,
    );
}

async function build() {
  // The local servers must be at hand also while something else does not build.
  const onlyStack = command === 'stack' ? ['--projects=@laurel/stack'] : [];
  const wanted = sourceHash();
  const stamp = join(root, '.nx', onlyStack.length > 0 ? 'laurel-stack-build' : 'laurel-build');
  if (read(stamp) === wanted) return;
  process.stderr.write('Building\n');
  const code = await child(bin('nx'), ['run-many', '-t', 'build', '--outputStyle=static', ...onlyStack], {
    quiet: true,
  });
  if (code !== 0) fail('The build failed; what it said stands above.');
  mkdirSync(dirname(stamp), { recursive: true });
  // Building changes which folders hold a build, which the hash covers.
  writeFileSync(stamp, sourceHash());
}

// Names, sizes and times of all that a build reads, and the presence of what it wrote.
function sourceHash() {
  const hash = createHash('sha256').update(read(installStamp) ?? '');
  for (const file of ['nx.json', 'package.json', 'tsconfig.base.json']) addFile(hash, join(root, file));
  for (const group of ['apps', 'libs', 'tools']) {
    for (const project of list(join(root, group)).filter(entry => entry.isDirectory())) {
      const folder = join(root, group, project.name);
      hash.update(String(existsSync(join(folder, 'dist', '.tsbuildinfo'))));
      addFolder(hash, folder);
    }
  }
  return hash.digest('hex');
}

function addFolder(hash, folder) {
  for (const entry of list(folder)) {
    if (['dist', 'node_modules'].includes(entry.name) || entry.name.endsWith('.test.ts')) continue;
    if (entry.isDirectory()) addFolder(hash, join(folder, entry.name));
    else addFile(hash, join(folder, entry.name));
  }
}

function addFile(hash, path) {
  const { size, mtimeMs } = statSync(path);
  hash.update(`${path} ${size} ${mtimeMs}\n`);
}

function list(folder) {
  return existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
    : [];
}

function read(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

async function run(script, scriptArgs) {
  process.exitCode = await child(bin('node'), [...NODE_OPTIONS, script, ...scriptArgs], {
    quiet: false,
  });
}

// Runs a program to its end; with `quiet`, shows its output only if it fails. Signals are passed on, the exit code is kept.
function child(program, programArgs, { quiet }) {
  const env = {
    ...process.env,
    NX_DAEMON: 'false',
    NX_TUI: 'false',
    // Each thread compiles the modules it loads; from the second start on they are read ready-made.
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(root, 'node_modules', '.cache', 'node-compile'),
    PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH}`,
  };
  const started = spawn(program, programArgs, {
    cwd: root,
    env,
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
  });
  const output = [];
  for (const stream of [started.stdout, started.stderr]) stream?.on('data', chunk => output.push(chunk));
  const passedOn = new Map();
  const passOn = signal => {
    // Ctrl-C reaches the child from the terminal itself, and npm repeats what it gets: once is enough.
    if (signal === 'SIGINT' && process.stdin.isTTY) return;
    if (performance.now() - (passedOn.get(signal) ?? -Infinity) < 500) return;
    passedOn.set(signal, performance.now());
    started.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, passOn);
  return new Promise(resolve => {
    started.once('error', error => fail(`${program} cannot be run: ${error.message}`));
    started.once('close', (code, signal) => {
      for (const name of signals) process.off(name, passOn);
      if (quiet && code !== 0) process.stderr.write(Buffer.concat(output));
      resolve(code ?? (signal === 'SIGINT' ? 130 : 143));
    });
  });
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  if (command === 'test') process.stdout.write('0 passed, 1 failed\n');
  process.exit(1);
}
