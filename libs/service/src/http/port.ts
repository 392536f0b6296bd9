import { createServer } from 'node:net';
import type { AppName, Settings } from '../settings/settings.js';
import { SettingsError } from '../settings/settings-error.js';

/**
 * Finds out whether an app could listen, before anything of it starts: a second start by mistake must not disturb the first.
 *
 * @throws SettingsError naming the port or the host, and the way out.
 */
export async function assertPortFree(app: AppName, settings: Pick<Settings, 'ports' | 'host'>): Promise<void> {
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject);
      probe.listen({ port: settings.ports[app], host: settings.host, exclusive: true }, resolve);
    });
  } catch (error) {
    throw portProblem(app, settings, error) ?? error;
  }
  await new Promise(resolve => probe.close(resolve));
}

/** What an operator should read when listening failed; undefined for an error that the settings did not cause. */
export function portProblem(
  app: AppName,
  settings: Pick<Settings, 'ports' | 'host'>,
  error: unknown,
): SettingsError | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const port = settings.ports[app];
  const setting = `${app.toUpperCase().replace('-', '_')}_PORT`;
  switch (code) {
    case 'EADDRINUSE':
      return new SettingsError([
        `Port ${port} (${app}) is in use. Stop what listens there, or set ${setting} or LAUREL_PORT_BASE to another`,
      ]);
    case 'EACCES':
      return new SettingsError([
        `Port ${port} (${app}) needs rights this user does not have. Set ${setting} or LAUREL_PORT_BASE to 1024 or above`,
      ]);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new SettingsError([
        `LAUREL_HOST=${JSON.stringify(settings.host)} is not usable. Allowed: an address of this machine, 127.0.0.1, or 0.0.0.0 for all of them`,
      ]);
    default:
      return undefined;
  }
}
