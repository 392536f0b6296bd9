import { DockerError, runDocker } from './docker-cli.js';

const ANSWER_WITHIN_MS = 5000;

/** Whether containers can be run here; `reason` says why not, and is missing where Docker is not installed at all. */
export type DockerEngine = { usable: true } | { usable: false; reason?: string };

/** Asks Docker whether its engine answers, for at most five seconds, and whether it brings Compose 2. */
export async function dockerEngine(): Promise<DockerEngine> {
  try {
    const version = await runDocker(['info', '--format', '{{.ServerVersion}}'], { timeoutMs: ANSWER_WITHIN_MS });
    if (version.trim() === '') return { usable: false, reason: 'Docker is installed, but its engine does not run' };
  } catch (error) {
    if (!(error instanceof DockerError)) throw error;
    return error.missing
      ? { usable: false }
      : { usable: false, reason: 'Docker is installed, but its engine does not answer' };
  }
  try {
    const compose = await runDocker(['compose', 'version', '--short'], { timeoutMs: ANSWER_WITHIN_MS });
    const major = Number(/^v?(\d+)/.exec(compose.trim())?.[1]);
    if (major >= 2) return { usable: true };
  } catch (error) {
    if (!(error instanceof DockerError)) throw error;
  }
  return { usable: false, reason: 'Docker is installed, but without Compose 2 ("docker compose")' };
}
