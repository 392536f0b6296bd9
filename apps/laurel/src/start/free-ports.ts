import { APP_NAMES, isPortFree, SettingsError, type Settings } from '@laurel/service';

/**
 * Makes sure, before anything is started, that every app can have its port.
 *
 * @throws SettingsError naming all that are in use.
 */
export async function requireFreePorts(settings: Settings): Promise<void> {
  const taken: string[] = [];
  for (const app of APP_NAMES) {
    const port = settings.ports[app];
    if (!(await isPortFree(port, settings.host))) taken.push(`port ${port} (${app})`);
  }
  if (taken.length > 0) {
    throw new SettingsError([
      `In use: ${taken.join(', ')}. Stop what listens there (another Laurel?), or set LAUREL_PORT_BASE to the first of five free ports.`,
    ]);
  }
}
