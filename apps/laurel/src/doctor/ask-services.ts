import { APP_NAMES, type Settings } from '@laurel/service';
import { LaurelApi } from '../api/laurel-api.js';
import type { Finding } from './finding.js';

/** Which services answer. */
export interface ServicesAsked {
  findings: Finding[];
  /** Whether a process here holds the warehouse and can tell of the pipeline. */
  ingesterRuns: boolean;
}

const ANSWER_WITHIN_MS = 5000;

/** Asks every service on this machine whether it is ready. */
export async function askServices(settings: Settings): Promise<ServicesAsked> {
  const api = new LaurelApi(settings);
  const answers = await Promise.all(
    APP_NAMES.map(async app => {
      const url = `${api.baseUrl(app)}/health/ready`;
      const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) }).catch(() => undefined);
      return { app, url, response };
    }),
  );
  return {
    findings: answers.map(({ app, url, response }): Finding => {
      const check = `${app} at ${api.baseUrl(app)}`;
      if (!response) return { check, state: 'warn', found: 'does not run', mend: 'npm start, or npx laurel serve' };
      if (response.ok) return { check, state: 'ok', found: 'ready' };
      return { check, state: 'warn', found: 'not ready', mend: `See ${url}` };
    }),
    ingesterRuns: answers.some(({ app, response }) => app === 'events-ingester' && response !== undefined),
  };
}
