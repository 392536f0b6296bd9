import { freePort } from '@laurel/service';
import { randomBytes } from 'node:crypto';
import type { FaultArena } from '../fault-scenario.js';
import { LaurelIngester } from '../pipeline/laurel-ingester.js';
import { FaultProxy } from '../proxy/fault-proxy.js';
import { FaultShop } from '../shop/fault-shop.js';

/** A shop whose changes go to the BigQuery emulator, through a proxy before each of its two doors. */
export class BigQueryShop implements AsyncDisposable {
  readonly shop: FaultShop;
  /** Before the Storage Write API. */
  readonly storage: FaultProxy;
  /** Before the rest: queries, tables. */
  readonly rest: FaultProxy;

  private constructor(shop: FaultShop, storage: FaultProxy, rest: FaultProxy) {
    this.shop = shop;
    this.storage = storage;
    this.rest = rest;
  }

  /** Undefined where the emulator does not run on this machine. */
  static async create({ servers, random, say }: FaultArena): Promise<BigQueryShop | undefined> {
    const bigquery = await servers.bigquery();
    if (!bigquery) {
      say('left out: the BigQuery emulator does not run with the Python of this machine');
      return undefined;
    }
    const storage = await FaultProxy.open(bigquery.storageEndpoint, 'grpc');
    const rest = await FaultProxy.open(bigquery.apiEndpoint.replace('http://', ''), 'rest');
    const shop = await FaultShop.create(servers, random, {
      WAREHOUSE: 'bigquery',
      BIGQUERY_PROJECT: bigquery.project,
      BIGQUERY_DATASET: `faults_${randomBytes(6).toString('hex')}`,
      BIGQUERY_API_ENDPOINT: `http://${rest.address}`,
      BIGQUERY_STORAGE_ENDPOINT: storage.address,
    });
    return new BigQueryShop(shop, storage, rest);
  }

  /** Starts a process of the events-ingester that does some of its work. */
  async start(...only: ('capture' | 'load')[]): Promise<LaurelIngester> {
    return new LaurelIngester(this.shop.environment, await freePort(), only);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shop[Symbol.asyncDispose]();
    await this.storage[Symbol.asyncDispose]();
    await this.rest[Symbol.asyncDispose]();
  }
}
