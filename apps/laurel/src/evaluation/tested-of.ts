import type { EvaluationReport } from '@laurel/learning';

/** How many customers were tested: `2,595`, or `19,967 of 95,312` where not all were scored. */
export function testedOf({ models, best, customers }: EvaluationReport): string {
  const users = models[best]?.users ?? 0;
  const told = users < customers ? [users, customers] : [users];
  return told.map(count => count.toLocaleString('en')).join(' of ');
}
