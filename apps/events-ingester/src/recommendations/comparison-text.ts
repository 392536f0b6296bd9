import { LEAST_CUSTOMERS, type SequentialComparison } from '@laurel/learning';
import type { Measure } from './recommendation-results.js';

/** What a comparison says, in a sentence. */
export function comparisonText({ difference, verdict }: SequentialComparison, measure: Measure, worth: number): string {
  const amount = (value: number) =>
    measure === 'revenue' ? `${value.toFixed(2)} a customer` : `${(value * 100).toFixed(2)} percentage points`;
  const { low, high } = difference;
  if (low === null || high === null)
    return `Keep running: too little has happened yet; ${LEAST_CUSTOMERS} customers of each arm whose days are over are the least.`;
  const range = `between ${amount(low)} and ${amount(high)}`;
  switch (verdict) {
    case 'keep running':
      return `Keep running: the treatment's difference may still be anything ${range}.`;
    case 'treatment is better':
      return `The treatment is better: its difference is ${range}.`;
    case 'control is better':
      return `The control is better: the treatment's difference is ${range}.`;
    case 'no difference worth it':
      return `No difference worth ${amount(worth)}: the treatment's is ${range}.`;
  }
}
