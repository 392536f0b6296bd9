import { hash } from 'node:crypto';

/** What is kept of the id of a customer who was erased: lower-case hex SHA-256. */
export function customerDigest(customerId: string): string {
  return hash('sha256', customerId);
}
