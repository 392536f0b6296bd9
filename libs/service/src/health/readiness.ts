import { Injectable } from '@nestjs/common';

/** Says why a part cannot do its job now, or undefined when it can. */
export type ReadinessCheck = () => string | undefined | Promise<string | undefined>;

/** Collects what an app needs in order to be ready; parts add their checks when they start. */
@Injectable()
export class Readiness {
  private readonly checks = new Map<string, ReadinessCheck>();

  add(name: string, check: ReadinessCheck): void {
    this.checks.set(name, check);
  }

  /** The result of every check, by name. A check that throws or takes over two seconds counts as not ready. */
  async results(): Promise<Record<string, string | undefined>> {
    const entries = [...this.checks].map(async ([name, check]) => [name, await guarded(check)] as const);
    return Object.fromEntries(await Promise.all(entries));
  }
}

async function guarded(check: ReadinessCheck): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>(resolve => {
    timer = setTimeout(() => resolve('no answer within 2 s'), 2000);
  });
  try {
    return await Promise.race([Promise.resolve().then(check), late]);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(timer);
  }
}
