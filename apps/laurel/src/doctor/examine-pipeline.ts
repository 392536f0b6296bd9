import type { Settings } from '@laurel/service';
import { LaurelApi } from '../api/laurel-api.js';
import { readPipelineStatus } from '../status/pipeline-status.js';
import { type Finding, messageOf } from './finding.js';

/** What the running events-ingester says of capture, load and dead letters; nothing where it does not run. */
export async function examinePipeline(settings: Settings, ingesterRuns: boolean): Promise<Finding[]> {
  if (!ingesterRuns) return [];
  try {
    const { capture, load, dead_letters: deadLetters } = await readPipelineStatus(new LaurelApi(settings));
    return [
      capture.error === null
        ? { check: 'capture', state: 'ok', found: capture.state }
        : { check: 'capture', state: 'fail', found: capture.error, mend: 'It goes on by itself once this is mended.' },
      load.error === null
        ? { check: 'load', state: 'ok', found: `${load.lag} changes waiting` }
        : {
            check: 'load',
            state: 'fail',
            found: load.error,
            mend: 'Nothing is lost while Kafka keeps the topics. See the log.',
          },
      deadLetters.open === 0
        ? { check: 'dead letters', state: 'ok', found: 'none open' }
        : {
            check: 'dead letters',
            state: 'warn',
            found: `${deadLetters.open} not replayed`,
            mend: 'laurel deadletters list says why; mend them in the shop, or replay them after an upgrade.',
          },
    ];
  } catch (error) {
    return [
      {
        check: 'pipeline',
        state: 'warn',
        found: messageOf(error),
        mend: 'Without the admin key its state is not told.',
      },
    ];
  }
}
