/** A piece of work on a batch, as traces show it. */
export interface TracedWork {
  /** `capture`, `load`, `read model features`. */
  name: string;
  kind: 'producer' | 'consumer';
  attributes?: Readonly<Record<string, string | number>>;
  /** The `traceparent`s of the messages worked on. Only asked for while traces are sent. Left out: the work begins a trace of its own. */
  parents?(): Iterable<string | undefined>;
}
