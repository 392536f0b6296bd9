import { PortTakenError, StackConflictError, StackError } from '../errors.js';
import type { StackOptions, StackSource } from '../stack.js';
import { chooseSource } from './choose-source.js';
import { dockerServicesOf, type ServicePorts } from './compose-project.js';
import type { DockerServers } from './docker-servers.js';

/** What came from Docker: the ports of the parts that run there, none where packages are to bring them. */
export interface FromDocker {
  source: StackSource;
  ports: ServicePorts;
  /** Why a Docker that is installed is not used. */
  note?: string;
}

/**
 * Brings up in Docker what is wanted and not named by an address, if that is where it should come from.
 *
 * @throws StackError
 */
export async function fromDocker(
  stackFolder: string,
  servers: DockerServers,
  { mongodb, kafka, source: asked, signal }: StackOptions,
): Promise<FromDocker> {
  const wanted: ServicePorts = {
    ...('port' in mongodb && { mongodb: mongodb.port }),
    ...('port' in kafka && { kafka: kafka.port }),
  };
  if (dockerServicesOf(wanted).length === 0) return { source: asked ?? 'packages', ports: {} };
  const brokers = 'port' in kafka ? (kafka.brokers ?? 1) : 1;
  const { source, mayFallBack, note } = await chooseSource(stackFolder, asked, brokers);
  if (source === 'packages')
    return { source, ports: {}, ...(note && { note: `${note}: the servers come from packages` }) };
  try {
    return { source, ports: await servers.bringUp(wanted) };
  } catch (error) {
    if (!mayFallBack || signal?.aborted || !(error instanceof StackError)) throw error;
    if (error instanceof PortTakenError || error instanceof StackConflictError) throw error;
    await servers.giveUp();
    return { source: 'packages', ports: {}, note: `${error.message}: the servers come from packages` };
  }
}
