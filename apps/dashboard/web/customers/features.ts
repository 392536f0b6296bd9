import { amount, count, duration } from '../dom/format.js';

const FEATURES: Readonly<Record<string, { name: string; text(value: number): string }>> = {
  no_of_orders: { name: 'Orders', text: count },
  average_order_value: { name: 'Average order value', text: amount },
  session_count: { name: 'Sessions', text: count },
  total_time_spend_by_user_in_msec: { name: 'Time on site', text: duration },
};

/** A feature's name for people. */
export function featureName(feature: string): string {
  return FEATURES[feature]?.name ?? feature.replaceAll('_', ' ');
}

/** A feature's value in its unit. */
export function featureText(feature: string, value: number): string {
  return FEATURES[feature]?.text(value) ?? amount(value);
}
