import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { z } from 'zod';

const SCRIPT = fileURLToPath(new URL('./fake-docker.mjs', import.meta.url));

const stateSchema = z.object({
  containers: z.record(
    z.string(),
    z.partialRecord(z.enum(['mongodb', 'kafka']), z.object({ port: z.number(), pid: z.number() })),
  ),
  volumes: z.array(z.string()),
});

export type EngineState = 'runs' | 'stopped' | 'hangs' | 'without compose' | 'without images';

/** A `docker` on PATH that records its calls; its containers pass connections on to real servers. */
export class FakeDocker {
  private constructor(readonly folder: string) {}

  static async onPath(targets: { mongodb: number; kafka: number }): Promise<FakeDocker> {
    const folder = await mkdtemp(join(tmpdir(), 'laurel-docker-'));
    const program = join(folder, 'docker');
    await writeFile(program, `#!/bin/sh\nexec "${process.execPath}" "${SCRIPT}" "$@"\n`);
    await chmod(program, 0o755);
    vi.stubEnv('PATH', `${folder}${delimiter}${process.env['PATH'] ?? ''}`);
    vi.stubEnv('FAKE_DOCKER', folder);
    vi.stubEnv('FAKE_DOCKER_TARGETS', JSON.stringify(targets));
    const docker = new FakeDocker(folder);
    await docker.be('runs');
    return docker;
  }

  /** Says how Docker is from now on. */
  async be(state: EngineState): Promise<void> {
    await writeFile(join(this.folder, 'engine'), state);
  }

  /** The arguments of each call so far. */
  async calls(): Promise<string[][]> {
    const text = await readFile(join(this.folder, 'calls'), 'utf8').catch(() => '');
    const lines = text.split('\n').filter(Boolean);
    return lines.map(line => z.array(z.string()).parse(JSON.parse(line)));
  }

  /** What follows the options of each `docker compose` call. */
  async composeCalls(): Promise<string[]> {
    const ofProjects = (await this.calls()).filter(call => call.includes('--project-name'));
    return ofProjects.map(call => call.slice(call.indexOf('--file') + 2).join(' '));
  }

  async state(): Promise<z.infer<typeof stateSchema>> {
    const text = await readFile(join(this.folder, 'state.json'), 'utf8').catch(() => undefined);
    return text === undefined ? { containers: {}, volumes: [] } : stateSchema.parse(JSON.parse(text));
  }

  async remove(): Promise<void> {
    const { containers } = await this.state();
    for (const project of Object.values(containers))
      for (const container of Object.values(project)) if (container) process.kill(container.pid);
    vi.unstubAllEnvs();
    await rm(this.folder, { recursive: true, force: true });
  }
}
