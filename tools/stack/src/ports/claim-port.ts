import { freePort, isPortFree } from '@laurel/service';
import { PortTakenError } from '../errors.js';
import { portOwner } from './port-owner.js';

/**
 * The port asked for, or a free one for 0.
 *
 * @throws PortTakenError
 */
export async function claimPort(part: string, port: number): Promise<number> {
  if (port === 0) return freePort();
  if (await isPortFree(port)) return port;
  throw new PortTakenError(part, port, await portOwner(port));
}
