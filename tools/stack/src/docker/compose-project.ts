import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DockerError, runDocker, type DockerCall } from './docker-cli.js';

/** The services of `docker-compose.yml` that the local stack runs: the port inside the container, and the variable of the one outside. */
export const DOCKER_SERVICES = {
  mongodb: { part: 'MongoDB', privatePort: 27017, portVariable: 'LAUREL_MONGODB_PORT' },
  kafka: { part: 'Kafka', privatePort: 29092, portVariable: 'LAUREL_KAFKA_PORT' },
} as const;

export type DockerService = keyof typeof DOCKER_SERVICES;

/** Some services with their ports on this machine. */
export type ServicePorts = Partial<Record<DockerService, number>>;

/** The file that names the images, their settings and health checks. */
export const COMPOSE_FILE = fileURLToPath(new URL('../../../../docker-compose.yml', import.meta.url));
const ANSWER_WITHIN_MS = 20_000;
const HEALTHY_WITHIN_S = 120;

export function dockerServicesOf(ports: ServicePorts): DockerService[] {
  return (['mongodb', 'kafka'] as const).filter(service => ports[service] !== undefined);
}

/** The containers of one home: a Compose project of its own, so that two homes do not meet. Its data are in volumes named after it. */
export class ComposeProject {
  /** `laurel-` and twelve hex digits of the home's absolute path. */
  readonly name: string;

  constructor(home: string) {
    this.name = `laurel-${createHash('sha256').update(resolve(home)).digest('hex').slice(0, 12)}`;
  }

  /** The command that shows a service's log. */
  logCommand(service: DockerService): string {
    return `docker compose --project-name ${this.name} logs ${service}`;
  }

  /** The ports of the services that run now. */
  async running(): Promise<ServicePorts> {
    const ports: ServicePorts = {};
    for (const service of ['mongodb', 'kafka'] as const) {
      const { privatePort } = DOCKER_SERVICES[service];
      const answer = await this.compose(['port', service, String(privatePort)]).catch((error: unknown) => {
        if (!(error instanceof DockerError)) throw error;
        return '';
      });
      const port = Number(/:(\d+)\s*$/.exec(answer)?.[1] ?? 0);
      if (port > 0) ports[service] = port;
    }
    return ports;
  }

  /**
   * Starts services, with images pulled where they are missing, and waits until their health checks pass. `ports` names all that run
   * afterwards; those not in `services` are left alone.
   *
   * @throws DockerError
   */
  async up(services: readonly DockerService[], ports: ServicePorts, call: DockerCall): Promise<void> {
    const env = Object.fromEntries(
      dockerServicesOf(ports).map(service => [DOCKER_SERVICES[service].portVariable, String(ports[service])]),
    );
    await this.compose(['up', '--detach', '--wait', '--wait-timeout', String(HEALTHY_WITHIN_S), ...services], {
      ...call,
      env,
    });
  }

  /** Stops services and removes their containers; their data stay. */
  async stop(services: readonly DockerService[]): Promise<void> {
    const others = dockerServicesOf(await this.running()).filter(service => !services.includes(service));
    await this.compose(others.length === 0 ? ['down'] : ['rm', '--stop', '--force', ...services], {
      timeoutMs: HEALTHY_WITHIN_S * 1000,
    });
  }

  /** Removes everything of the project, its data included. */
  async remove(): Promise<void> {
    await this.compose(['down', '--volumes'], { timeoutMs: HEALTHY_WITHIN_S * 1000 });
  }

  private compose(args: readonly string[], call: DockerCall = { timeoutMs: ANSWER_WITHIN_MS }): Promise<string> {
    const options = ['--progress', 'plain', '--project-name', this.name, '--file', COMPOSE_FILE];
    return runDocker(['compose', ...options, ...args], { ...call, title: `compose ${args[0] ?? ''}` });
  }
}
