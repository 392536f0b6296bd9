import { createReadStream, existsSync, type ReadStream } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from '@laurel/service';
import { type FinishedFile, RowFile } from './row-file.js';
import { customersIn, takeRowOut } from './take-row-out.js';

const AT_ONCE = 1000;

/** The files of deliveries, a folder each: who comes or changes, who is to be removed, and what it is. */
export class DeliveryFolder {
  constructor(private readonly root: string) {}

  async create(deliveryId: string, file: string, head: string): Promise<RowFile> {
    await mkdir(join(this.root, deliveryId), { recursive: true, mode: 0o700 });
    return RowFile.create(join(this.root, deliveryId, file), head);
  }

  async writeManifest(deliveryId: string, manifest: object): Promise<void> {
    await writeFile(join(this.root, deliveryId, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`, {
      mode: 0o600,
    });
  }

  /** Undefined for a file that is not, or no longer, there. */
  read(deliveryId: string, file: string): ReadStream | undefined {
    const path = join(this.root, deliveryId, file);
    return existsSync(path) ? createReadStream(path) : undefined;
  }

  /** Whose rows a file has, some at a time. */
  async *customersIn(deliveryId: string, file: string): AsyncGenerator<string[]> {
    yield* customersIn(join(this.root, deliveryId, file), AT_ONCE);
  }

  /** Takes a customer's row out of a file; what the file is then, or undefined where there was none. */
  async takeOut(deliveryId: string, file: string, customerId: string): Promise<FinishedFile | undefined> {
    const path = join(this.root, deliveryId, file);
    return existsSync(path) ? takeRowOut(path, customerId) : undefined;
  }

  async remove(deliveryId: string): Promise<void> {
    await rm(join(this.root, deliveryId), { recursive: true, force: true });
  }
}

/** Where the service keeps the files of deliveries. */
export function deliveryFolderOf({ home }: Pick<Settings, 'home'>): DeliveryFolder {
  return new DeliveryFolder(join(home, 'audiences'));
}
