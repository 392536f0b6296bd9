import type { Settings } from '@laurel/service';
import { askServices } from './ask-services.js';
import { examineDisk } from './examine-disk.js';
import { examineKafka } from './examine-kafka.js';
import { examineMapping } from './examine-mapping.js';
import { examineMongo } from './examine-mongo.js';
import { examinePipeline } from './examine-pipeline.js';
import { examineWarehouse } from './examine-warehouse.js';
import type { Finding } from './finding.js';

/** Looks at everything Laurel depends on. Checks go on after a failure, so that one run names all there is to mend. */
export async function examine(settings: Settings): Promise<Finding[]> {
  const [services, kafka] = await Promise.all([askServices(settings), examineKafka(settings)]);
  const mapping = examineMapping(settings);
  const [mongo, warehouse, disk, pipeline] = await Promise.all([
    examineMongo(settings, mapping.collections, kafka.capturedUntil),
    examineWarehouse(settings, services.ingesterRuns),
    examineDisk(settings),
    examinePipeline(settings, services.ingesterRuns),
  ]);
  return [mapping.finding, ...mongo, ...kafka.findings, ...warehouse, disk, ...pipeline, ...services.findings];
}
