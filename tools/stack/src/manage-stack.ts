import { readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { heldSource } from './docker/choose-source.js';
import { ComposeProject, dockerServicesOf } from './docker/compose-project.js';
import { dockerEngine } from './docker/docker-engine.js';
import { dockerFolder } from './docker/docker-servers.js';
import { StackError } from './errors.js';
import { withLock } from './processes/home-lock.js';
import { logPathOf, stopServer } from './processes/server.js';
import { runningRecord } from './processes/server-record.js';
import type { PartStatus } from './stack.js';

const SERVER = /^(mongodb|kafka-\d+|bigquery)$/;

/** The servers this home has ever started, and which of them run. */
export async function stackStatus(home: string): Promise<PartStatus[]> {
  const folder = stackFolder(home);
  const processes = await Promise.all((await serverNames(folder)).map(part => processStatus(folder, part)));
  return [...(await containerStatus(home)), ...processes];
}

/** Stops every server of this home, whoever started it; its data stays. Returns the names of those it stopped. */
export async function stopStack(home: string): Promise<string[]> {
  const folder = stackFolder(home);
  return withLock(folder, () => stopAll(home));
}

/**
 * Stops every server of this home and deletes their data and logs, also those in Docker's volumes. Downloads stay.
 *
 * @throws StackError when data are in Docker and its engine does not answer.
 */
export async function resetStack(home: string): Promise<string[]> {
  const folder = stackFolder(home);
  return withLock(folder, async () => {
    const inDocker = (await heldSource(folder)) === 'docker';
    if (inDocker && !(await dockerEngine()).usable)
      throw new StackError(
        "This home's data are in Docker's volumes, and Docker does not answer. Start it, then reset again.",
      );
    const stopped = await stopAll(home);
    if (inDocker) await new ComposeProject(home).remove();
    await Promise.all(
      [...(await serverNames(folder)), 'kafka', dockerFolder('')].map(name =>
        rm(join(folder, name), { recursive: true, force: true }),
      ),
    );
    return stopped;
  });
}

async function processStatus(folder: string, part: string): Promise<PartStatus> {
  const record = await runningRecord(join(folder, part));
  const log = logPathOf(join(folder, part));
  return record
    ? { part, source: 'packages', running: true, pid: record.process.pid, ports: record.ports, log }
    : { part, source: 'packages', running: false, log };
}

async function containerStatus(home: string): Promise<PartStatus[]> {
  if ((await heldSource(stackFolder(home))) !== 'docker') return [];
  const project = new ComposeProject(home);
  const running = await project.running();
  return (['mongodb', 'kafka'] as const).map(part => {
    const port = running[part];
    return {
      part,
      source: 'docker',
      running: port !== undefined,
      ...(port !== undefined && { ports: { port } }),
      log: project.logCommand(part),
    };
  });
}

async function stopAll(home: string): Promise<string[]> {
  const folder = stackFolder(home);
  const processes = (await serverNames(folder)).map(async name => {
    const record = await runningRecord(join(folder, name));
    if (!record) return [];
    await stopServer(join(folder, name), record);
    return [name];
  });
  const stopped = await Promise.all([stopContainers(home), ...processes]);
  return stopped.flat();
}

async function stopContainers(home: string): Promise<string[]> {
  if ((await heldSource(stackFolder(home))) !== 'docker') return [];
  const project = new ComposeProject(home);
  const services = dockerServicesOf(await project.running());
  if (services.length > 0) await project.stop(services);
  return services;
}

async function serverNames(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).filter(name => SERVER.test(name)).sort();
}

function stackFolder(home: string): string {
  return join(resolve(home), 'stack');
}
