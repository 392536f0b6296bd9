// Docker's command line as far as the local stack uses it, for tests on machines without an engine. A "container" is a process that
// passes connections on to a real server. State lies in the folder FAKE_DOCKER; the file `engine` there says how Docker is.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

const folder = process.env.FAKE_DOCKER;
const args = process.argv.slice(2);
const NO_ENGINE = 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?';
const NO_COMPOSE = "docker: unknown command: docker compose\n\nRun 'docker --help' for more information";
const NO_IMAGE = 'Error response from daemon: Get "https://registry.example/v2/": dial tcp: no such host';
const PORT_VARIABLES = { mongodb: 'LAUREL_MONGODB_PORT', kafka: 'LAUREL_KAFKA_PORT' };

if (args[0] === 'forward') forward(Number(args[1]), Number(args[2]));
else await answer();

async function answer() {
  appendFileSync(join(folder, 'calls'), `${JSON.stringify(args)}\n`);
  const engine = readFileSync(join(folder, 'engine'), 'utf8');
  if (engine === 'hangs') await new Promise(resolve => setTimeout(resolve, 60_000));
  if (engine === 'stopped') return fail(NO_ENGINE);
  if (args[0] === 'info') return say('28.2.2');
  if (engine === 'without compose') return fail(NO_COMPOSE);
  const options = { '--progress': '', '--project-name': '', '--file': '' };
  const rest = args.slice(1);
  while (rest[0] in options) options[rest.shift()] = rest.shift();
  if (options['--file'] && !existsSync(options['--file'])) return fail(`open ${options['--file']}: no such file`);
  await compose(engine, options['--project-name'], rest);
}

async function compose(engine, project, [command, ...rest]) {
  const named = rest.filter(arg => arg in PORT_VARIABLES);
  const state = readState();
  const containers = (state.containers[project] ??= {});
  switch (command) {
    case 'version':
      return say('2.36.2');
    case 'port':
      return containers[rest[0]]
        ? say(`127.0.0.1:${containers[rest[0]].port}`)
        : fail(`service "${rest[0]}" is not running`);
    case 'up':
      if (engine === 'without images') return fail(NO_IMAGE);
      for (const service of named) {
        containers[service] = await run(service);
        state.volumes = [...new Set([...state.volumes, `${project}_${service}`])];
        writeState(state);
      }
      return;
    case 'rm':
    case 'down':
      for (const service of command === 'rm' ? named : Object.keys(containers)) {
        if (containers[service]) process.kill(containers[service].pid);
        delete containers[service];
      }
      if (rest.includes('--volumes')) state.volumes = state.volumes.filter(name => !name.startsWith(`${project}_`));
      return writeState(state);
    default:
      fail(`unknown docker command: "compose ${command}"`);
  }
}

async function run(service) {
  const port = Number(process.env[PORT_VARIABLES[service]]);
  const { [service]: target } = JSON.parse(process.env.FAKE_DOCKER_TARGETS);
  const child = spawn(process.execPath, [process.argv[1], 'forward', String(port), String(target)], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(child.stdout, 'data');
  child.stdout.destroy();
  child.unref();
  process.stderr.write(` Container ${service}  Healthy\n`);
  return { port, pid: child.pid };
}

function forward(port, target) {
  const server = createServer(client => {
    const server = connect(target, '127.0.0.1');
    for (const [from, to] of [
      [client, server],
      [server, client],
    ])
      from.on('error', () => to.destroy()).on('close', () => to.destroy());
    client.pipe(server).pipe(client);
  });
  server.listen(port, '127.0.0.1', () => process.stdout.write('listening\n'));
}

function readState() {
  const path = join(folder, 'state.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : { containers: {}, volumes: [] };
}

function writeState(state) {
  writeFileSync(join(folder, 'state.json'), JSON.stringify(state));
}

function say(text) {
  process.stdout.write(`${text}\n`);
}

function fail(text) {
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
}
