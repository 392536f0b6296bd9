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

/** Opens MongoDB, Kafka and the warehouse at once, and creates the topics that are missing. What was opened is closed again when one fails. */
export async function openResources(settings: Settings, logger: Logger): Promise<Resources> {
  const [context, transport, warehouse] = await Promise.allSettled([
    openServiceContext(settings, logger),
    openLog(settings, logger),
    openWarehouse(settings),
  ]);
  if (context.status === 'rejected' || transport.status === 'rejected' || warehouse.status === 'rejected') {
    if (context.status === 'fulfilled') await context.value.mongo.close();
    if (transport.status === 'fulfilled') await transport.value.close();
    if (warehouse.status === 'fulfilled') await warehouse.value.close();
    const failed = [context, transport, warehouse].find(opened => opened.status === 'rejected');
    throw failed?.reason;
  }
  return { ...context.value, transport: transport.value, warehouse: warehouse.value };
}

/** Closes what {@link openResources} opened. */
export async function closeResources({ warehouse, transport, mongo }: Resources): Promise<void> {
  await warehouse.close();
  await transport.close();
  await mongo.close();
}
