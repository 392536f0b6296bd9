import type { TierPin, TierStanding } from './tier-standing.js';

/** Why a customer has a tier, in a sentence for people. */
export function reasonText(
  { reasonType, tier }: TierStanding,
  before: TierStanding | null,
  pin: TierPin | null,
): string {
  switch (reasonType) {
    case 'no_model':
      return 'No model has been trained yet: everybody is Bronze until then';
    case 'no_order_in_window':
      return 'No order in the window';
    case 'nearest':
      return `Most like the customers of ${tier}`;
    case 'upgrade':
      return `Has become more like the customers of ${tier} than those of ${before?.tier ?? 'BRONZE'}`;
    case 'downgrade':
      return `Has been less like the customers of ${before?.tier ?? tier} for a while; announced, and not made up for since`;
    case 'pin':
      return `Set by hand: ${pin?.reason ?? 'no reason given'}`;
    case 'unpin':
      return `No longer set by hand; most like the customers of ${tier}`;
  }
}
