import { sampleCustomer, type SampleCustomer } from './sample-customer.js';

const VISITORS = 500;

/** Invented customers who look and never buy. Their ids, S0001 and so on, cannot be taken for the real customers' numbers. They are known `since` that time. */
export function sampleVisitors(seed: string, since: Date, until: Date): readonly SampleCustomer[] {
  return Array.from({ length: VISITORS }, (_, index) => {
    const _id = `S${String(index + 1).padStart(4, '0')}`;
    return sampleCustomer({ _id, country: 'United Kingdom', createdAt: since }, seed, until);
  });
}
