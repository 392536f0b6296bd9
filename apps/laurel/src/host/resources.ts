import type { LogTransport } from '@laurel/change-log';
import { openServiceContext, type ServiceContext, type Settings } from '@laurel/service';
import { openWarehouse, type Warehouse } from '@laurel/warehouse';
import type { Logger } from 'pino';
import { openLog } from './open-log.js';

/** Everything the apps of one process need, opened once. */
export interface Resources extends ServiceContext {
  transport: LogTransport;
  warehouse: Warehouse;
}

/** Opens MongoDB, Kafka and the warehouse, and creates the topics that are missing. What was opened is closed again when one fails. */
export async function openResources(settings: Settings, logger: Logger): Promise<Resources> {
  const context = await openServiceContext(settings, logger);
  const closers = [() => context.mongo.close()];
  try {
    const transport = await openLog(settings, logger);
    closers.unshift(() => transport.close());
    const warehouse = await openWarehouse(settings);
    return { ...context, transport, warehouse };
  } catch (error) {
    for (const close of closers) await close();
    throw error;
  }
}

/** Closes what {@link openResources} opened. */
export async function closeResources({ warehouse, transport, mongo }: Resources): Promise<void> {
  await warehouse.close();
  await transport.close();
  await mongo.close();
}
