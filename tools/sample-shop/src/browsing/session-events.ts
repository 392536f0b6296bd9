import { Money, type Order, type ShopEvent, type ShopEventItem } from '@laurel/shop';
import { SeededRandom } from '../random/seeded-random.js';
import type { PlannedSession } from './planned-session.js';
import type { ProductShelf } from './product-shelf.js';

/** A simulated event in the shape of Google Analytics 4's export; the mark says that it is simulated. */
export type SampleEvent = ShopEvent & { readonly simulated: true };

interface Step {
  readonly name: string;
  readonly engagementMsec: number;
  readonly items?: readonly ShopEventItem[];
  readonly ecommerce?: ShopEvent['ecommerce'];
}

/**
 * The events of one visit, in time. With an order: views of one of its products and at times of one that is not bought, the cart, and the
 * purchase with all its lines at the time of the order. Without: views, and at times a cart that is abandoned.
 * `number` is unique to the visit; ids rise with time.
 */
export function sessionEvents(
  session: PlannedSession,
  number: number,
  shelf: ProductShelf,
  seed: string,
): readonly SampleEvent[] {
  const random = new SeededRandom(`${seed}/session/${number}/${session.customerId}`);
  const steps = session.order ? stepsToPurchase(session.order, shelf, random) : stepsWithoutPurchase(shelf, random);
  const lengthMs = steps.reduce((sum, { engagementMsec }) => sum + engagementMsec, 0);
  const startMs = session.endMs - lengthMs;
  const sessionId = Math.floor(startMs / 1000);
  let timeMs = startMs;
  return steps.map(({ name, engagementMsec, items, ecommerce }, index) => {
    timeMs += engagementMsec;
    const microseconds = timeMs * 1000;
    return {
      _id: `${microseconds}-${String(number).padStart(6, '0')}-${String(index).padStart(2, '0')}`,
      event_name: name,
      event_timestamp: microseconds,
      user_pseudo_id: session.customerId,
      event_params: [
        { key: 'ga_session_id', value: { int_value: sessionId } },
        { key: 'engagement_time_msec', value: { int_value: engagementMsec } },
      ],
      ...(items && { items: [...items] }),
      ...(ecommerce && { ecommerce }),
      simulated: true,
    };
  });
}

function stepsToPurchase(order: Order, shelf: ProductShelf, random: SeededRandom): readonly Step[] {
  const bought = random.sample(order.items, 1).map(({ productId }) => productId);
  const others = bought.slice(0, random.between(0, 1)).map(productId => shelf.near(productId, random));
  const steps = [visit(), ...[...bought, ...others].map(productId => view(productId, shelf, random))];
  const carted = order.items.filter(({ productId }) => bought.includes(productId)).map(line => lineItem(line, shelf));
  steps.push({ name: 'add_to_cart', engagementMsec: random.between(1_000, 15_000), items: carted });
  const revenue = order.items.reduce(
    (sum, { price, quantity }) => sum + Money.times(Money.of(price), Money.of(quantity)),
    0n,
  );
  steps.push({
    name: 'purchase',
    engagementMsec: random.between(20_000, 180_000),
    items: order.items.map(line => lineItem(line, shelf)),
    ecommerce: {
      transaction_id: order._id,
      purchase_revenue: Money.toNumber(revenue),
      unique_items: new Set(order.items.map(({ productId }) => productId)).size,
    },
  });
  return steps;
}

function stepsWithoutPurchase(shelf: ProductShelf, random: SeededRandom): readonly Step[] {
  let productId = shelf.any(random);
  const steps = [visit()];
  for (let views = random.between(0, 4); views > 0; views--) {
    steps.push(view(productId, shelf, random));
    productId = shelf.near(productId, random);
  }
  if (steps.length > 1 && random.chance(0.25)) {
    steps.push({
      name: 'add_to_cart',
      engagementMsec: random.between(1_000, 15_000),
      items: [shelfItem(productId, random.between(1, 6), shelf)],
    });
  }
  return steps;
}

function visit(): Step {
  return { name: 'session_start', engagementMsec: 0 };
}

function view(productId: string, shelf: ProductShelf, random: SeededRandom): Step {
  return { name: 'view_item', engagementMsec: random.between(3_000, 60_000), items: [shelfItem(productId, 1, shelf)] };
}

function shelfItem(productId: string, quantity: number, shelf: ProductShelf): ShopEventItem {
  const product = shelf.product(productId);
  return {
    item_id: productId,
    ...(product && { item_name: product.name, price: product.price }),
    quantity,
    ...(product?.category && { item_category: product.category }),
  };
}

function lineItem({ productId, price, quantity }: Order['items'][number], shelf: ProductShelf): ShopEventItem {
  return { ...shelfItem(productId, quantity, shelf), price };
}
