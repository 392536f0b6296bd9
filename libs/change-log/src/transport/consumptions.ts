import type { Consumption } from './log-transport.js';

/** What can be started once, and then stopped. */
interface Consumer extends Consumption {
  start(): Promise<void>;
}

/** The consumers of a transport that are not stopped yet. */
export class Consumptions {
  private readonly running = new Set<Consumption>();

  /** Starts a consumer; gives what stops it. */
  async start(consumer: Consumer): Promise<Consumption> {
    await consumer.start();
    const consumption: Consumption = {
      stop: async () => {
        this.running.delete(consumption);
        await consumer.stop();
      },
    };
    this.running.add(consumption);
    return consumption;
  }

  /** Stops all of them. */
  async stop(): Promise<void> {
    await Promise.all([...this.running].map(consumption => consumption.stop()));
  }
}
