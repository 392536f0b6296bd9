import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DownloadError } from '../errors.js';
import { pinPath, readPinnedJars, type PinnedJar } from '../pins.js';
import type { Download } from './download-cache.js';
import { createEnvironment, pip } from './python-environment.js';
import { runQuietly } from './run-quietly.js';
import { sha256 } from './sha256.js';

const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies';

/** The jars of a Kafka 4.1 broker, see {@link fetchPinnedJars}. */
export const kafkaJars: Download = {
  name: 'kafka-4.1.0',
  expectedBytes: 44_500_000,
  async fill(folder) {
    await fetchPinnedJars(await readPinnedJars(), folder);
  },
};

/**
 * Fetches exactly these jars from Maven's repositories into the folder: by `mvn` where it is installed, so that a company's mirror is used, else
 * by the Python package jgo.
 *
 * @throws DownloadError when one cannot be fetched, or has another SHA-256 than its pinned one.
 */
export async function fetchPinnedJars(jars: readonly PinnedJar[], folder: string): Promise<void> {
  await fetchWithMaven(jars, folder).catch(() => fetchWithJgo(jars, folder));
  await verifyJars(jars, folder);
}

/** Fetches the jars by the command `mvn`. */
export async function fetchWithMaven(jars: readonly PinnedJar[], folder: string): Promise<void> {
  const pom = join(folder, 'pom.xml');
  await writeFile(pom, pomOf(jars));
  try {
    await runQuietly('mvn', ['-q', '-B', '-f', pom, COPY, `-DoutputDirectory=${folder}`]);
  } finally {
    await rm(pom, { force: true });
  }
}

/**
 * Fetches the jars by the Python package jgo, in a private environment that is removed afterwards.
 *
 * @throws DownloadError
 */
export async function fetchWithJgo(jars: readonly PinnedJar[], folder: string): Promise<void> {
  const environment = join(folder, 'python');
  const python = await createEnvironment(environment);
  await pip(python, 'install', pinPath('jgo-requirements.txt'), '--no-compile');
  try {
    await runQuietly(python, [pinPath('fetch-jars.py'), folder], jars.map(jar => jar.coordinate).join('\n'));
  } catch (error) {
    throw new DownloadError(`Kafka's jars could not be fetched. Check the network. ${String(error)}`, { cause: error });
  }
  await rm(environment, { recursive: true });
}

/**
 * Checks every jar against its pinned hash; a file that differs is removed.
 *
 * @throws DownloadError naming the first one that differs or is missing.
 */
export async function verifyJars(jars: readonly PinnedJar[], folder: string): Promise<void> {
  for (const jar of jars) {
    const path = join(folder, jar.fileName);
    const found = await sha256(path).catch(() => 'no file');
    if (found === jar.sha256) continue;
    await rm(path, { force: true });
    throw new DownloadError(
      `${jar.fileName} is not the file Laurel was tested with: SHA-256 ${found} instead of ${jar.sha256}. ` +
        'It was removed. Try again; if it stays so, your Maven repository or mirror holds another file.',
    );
  }
}

function pomOf(jars: readonly PinnedJar[]): string {
  const dependencies = jars.map(({ coordinate }) => {
    const [group, artifact, version] = coordinate.split(':');
    const exclusions = '<exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>';
    return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version>${exclusions}</dependency>`;
  });
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>laurel</groupId><artifactId>kafka</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>
${dependencies.join('\n')}
</dependencies></project>`;
}
