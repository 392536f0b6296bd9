import { LINE_CLASSES, outcomeOf, type LineClass, type LineOutcome } from '../rules/line-classes.js';
import type { ClassCount, RowExample } from './import-report.js';

const EXAMPLES = 3;

interface Count {
  rows: number;
  decided: number;
  readonly examples: RowExample[];
}

/** Counts rows by class and outcome, with the first rows of each class as examples. */
export class RowTally {
  readonly #counts = new Map<LineClass, Count>();
  readonly #outcomes: Record<LineOutcome, number> = { kept: 0, repaired: 0, refused: 0 };

  /** Counts a row and says what became of it. `example` is asked for only where it is needed. */
  add(row: number, faults: readonly LineClass[], example: () => RowExample): LineOutcome {
    const { outcome, decidedBy } = outcomeOf(faults);
    this.#outcomes[outcome]++;
    for (const fault of faults) {
      const count = this.#countOf(fault);
      count.rows++;
      if (fault === decidedBy) count.decided++;
      remember(count.examples, row, example);
    }
    return outcome;
  }

  /** How many rows came to each outcome. */
  get outcomes(): Readonly<Record<LineOutcome, number>> {
    return this.#outcomes;
  }

  /** The classes that occurred, refusals first. */
  classes(): readonly ClassCount[] {
    const classes: ClassCount[] = [];
    for (const name of Object.keys(LINE_CLASSES).filter(isLineClass)) {
      const count = this.#counts.get(name);
      if (count) classes.push({ class: name, ...LINE_CLASSES[name], ...count });
    }
    return classes;
  }

  #countOf(fault: LineClass): Count {
    let count = this.#counts.get(fault);
    if (!count) this.#counts.set(fault, (count = { rows: 0, decided: 0, examples: [] }));
    return count;
  }
}

function remember(examples: RowExample[], row: number, example: () => RowExample): void {
  const last = examples.at(-1);
  if (examples.length === EXAMPLES && last && last.row < row) return;
  const at = examples.findIndex(other => other.row > row);
  examples.splice(at < 0 ? examples.length : at, 0, example());
  if (examples.length > EXAMPLES) examples.pop();
}

function isLineClass(name: string): name is LineClass {
  return name in LINE_CLASSES;
}
