import { type Db, MongoServerError } from 'mongodb';
import type { Logger } from 'pino';

/**
 * Switches on pre- and post-images for the collections that exist, where the user's rights allow it. Without them an update is completed by
 * reading the document later, which is marked in the envelope.
 */
export class PostImages {
  private readonly refused = new Set<string>();

  constructor(
    private readonly db: Db,
    private readonly logger: Logger,
  ) {}

  /** Returns the collections that exist but keep no images. */
  async enable(collections: readonly string[]): Promise<string[]> {
    const existing = await this.db
      .listCollections({ name: { $in: [...collections] }, type: 'collection' }, { nameOnly: false })
      .toArray();
    const without: string[] = [];
    for (const { name, options } of existing) {
      if (imagesOn(options)) continue;
      if (this.refused.has(name) || !(await this.enableOne(name))) without.push(name);
    }
    return without;
  }

  private async enableOne(name: string): Promise<boolean> {
    try {
      await this.db.command({ collMod: name, changeStreamPreAndPostImages: { enabled: true } });
      return true;
    } catch (err) {
      if (!(err instanceof MongoServerError)) throw err;
      this.refused.add(name);
      this.logger.warn(
        { err, collection: name },
        'pre- and post-images cannot be switched on: updates are completed by reading the document later',
      );
      return false;
    }
  }
}

function imagesOn(options: object | undefined): boolean {
  const images: unknown =
    options && 'changeStreamPreAndPostImages' in options ? options.changeStreamPreAndPostImages : undefined;
  return typeof images === 'object' && images !== null && 'enabled' in images && images.enabled === true;
}
