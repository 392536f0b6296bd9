import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { StackConflictError, StackError } from '../errors.js';
import type { StackSource } from '../stack.js';
import { dockerEngine } from './docker-engine.js';
import { dockerFolder } from './docker-servers.js';

/** Where a home's MongoDB and Kafka come from. */
export interface ChosenSource {
  source: StackSource;
  /** Nobody asked for Docker and no data are there yet: if it fails, packages will do. */
  mayFallBack: boolean;
  /** Why a Docker that is installed is not used. */
  note?: string;
}

/** What a home's data come from, or undefined where it holds none. Data do not move from one to the other. */
export async function heldSource(stackFolder: string): Promise<StackSource | undefined> {
  if (await exists(dockerFolder(stackFolder))) return 'docker';
  const packages = await Promise.all(['mongodb', 'kafka'].map(name => exists(join(stackFolder, name))));
  return packages.includes(true) ? 'packages' : undefined;
}

/**
 * Decides by what is wanted, else by what the home holds, else by whether Docker can be used. Several brokers come from packages only.
 *
 * @throws StackConflictError when the home holds data of the other source; StackError when Docker is needed and cannot be used.
 */
export async function chooseSource(
  stackFolder: string,
  wanted: StackSource | undefined,
  brokers: number,
): Promise<ChosenSource> {
  const held = await heldSource(stackFolder);
  const asked = wanted ?? (brokers > 1 ? 'packages' : undefined);
  if (asked === 'docker' && brokers > 1)
    throw new StackConflictError('Docker runs one broker. Ask for one, or set LAUREL_STACK=packages.');
  if (held && asked && held !== asked) {
    throw new StackConflictError(
      `This home holds the data of a MongoDB and Kafka from ${nameOf(held)}, not from ${nameOf(asked)}. ` +
        'Reset the stack (its data is deleted), or name another LAUREL_HOME.',
    );
  }
  const source = asked ?? held;
  if (source === 'packages') return { source, mayFallBack: false };
  const engine = await dockerEngine();
  if (engine.usable) return { source: 'docker', mayFallBack: source === undefined };
  if (source === undefined)
    return { source: 'packages', mayFallBack: false, ...(engine.reason && { note: engine.reason }) };
  throw new StackError(
    `${engine.reason ?? 'Docker is not installed'}, and ${wanted ? 'LAUREL_STACK asks for it' : "this home's data are in its volumes"}. ` +
      `Start it, or ${wanted ? 'unset LAUREL_STACK' : 'name another LAUREL_HOME'}.`,
  );
}

function nameOf(source: StackSource): string {
  return source === 'docker' ? 'Docker' : 'packages';
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
