import { LOGGED_COLLECTIONS, type LoggedCollection } from '@laurel/shop';

/** The names of Laurel's topics under one prefix and one shop database. */
export class Topics {
  private readonly collections: ReadonlyMap<string, LoggedCollection>;

  constructor(
    private readonly prefix: string,
    private readonly database: string,
  ) {
    this.collections = new Map(LOGGED_COLLECTIONS.map(collection => [this.changes(collection), collection]));
  }

  /** Every change of one of the shop's collections: `<prefix>.<database>.<collection>`; feedback, which the shop's database does not hold: `<prefix>.feedback`. */
  changes(collection: LoggedCollection): string {
    return collection === 'feedback' ? `${this.prefix}.feedback` : `${this.prefix}.${this.database}.${collection}`;
  }

  /** The topics of the changes of every collection. */
  get allChanges(): string[] {
    return [...this.collections.keys()];
  }

  /** The collection whose changes a topic carries, or undefined. */
  collectionOf(topic: string): LoggedCollection | undefined {
    return this.collections.get(topic);
  }

  /** A customer's features whenever they change; key: customer id. */
  get features(): string {
    return `${this.prefix}.features`;
  }

  /** A customer's tier whenever it changes; key: customer id. */
  get tiers(): string {
    return `${this.prefix}.tiers`;
  }

  /** What every known customer would be recommended, renewed from time to time (compacted); key: customer id. */
  get recommendations(): string {
    return `${this.prefix}.recommendations`;
  }

  /** Requests about one customer (to erase, to say what is held) that are open; key: the request. */
  get subjects(): string {
    return `${this.prefix}.subjects`;
  }

  /** How far capture has come (compacted); key: the source database. */
  get checkpoint(): string {
    return `${this.prefix}.__checkpoint`;
  }

  /** What could not be processed, with where it came from and why. */
  get deadLetters(): string {
    return `${this.prefix}.__dlq`;
  }

  /** A consumer group's name. */
  group(name: string): string {
    return `${this.prefix}.${name}`;
  }
}
