import { Double, Long, ObjectId } from 'mongodb';

const NAMES = ['page_view', 'view_item', 'add_to_cart', 'begin_checkout', 'purchase', 'scroll', 'session_start'];
const CATEGORIES = ['Apparel', 'Bags', 'Drinkware', 'Electronics', 'Office'];
const COUNTRIES = ['United States', 'India', 'Canada', 'United Kingdom', 'France', 'Spain'];
const PRODUCTS = 5000;
const FIRST_MICROS = 1_767_225_600_000_000;

/** An event of a shop's visitors, in the shape of Google Analytics 4's export. */
export interface ShopEventDocument {
  _id: ObjectId;
  /** When it was written, in milliseconds since 1970; 0 where that does not matter. */
  sentAtMs: Double;
  [field: string]: unknown;
}

/** Events of about 750 bytes of BSON; but for their ids the same for the same seed. */
export function* shopEvents(count: number, seed: number): Generator<ShopEventDocument> {
  const random = randomOf(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  for (let number = 0; number < count; number++) {
    const name = NAMES[below(NAMES.length)] ?? 'page_view';
    const product = below(PRODUCTS);
    const items = Array.from({ length: random() < 0.7 ? 1 : 2 }, (_, line) => {
      const each = (product + line * 37) % PRODUCTS;
      return {
        item_id: `SKU${String(each).padStart(6, '0')}`,
        item_name: `Recycled cotton shirt number ${each}`,
        item_category: CATEGORIES[each % CATEGORIES.length],
        price: 5 + below(9000) / 100,
        quantity: 1 + below(3),
      };
    });
    yield {
      _id: new ObjectId(),
      sentAtMs: new Double(0),
      event_date: '20260101',
      event_timestamp: Long.fromNumber(FIRST_MICROS + number * 1000 + below(1000)),
      event_name: name,
      user_pseudo_id: `${10_000_000 + below(90_000_000)}.${1_000_000_000 + below(1_000_000_000)}`,
      platform: 'WEB',
      event_params: [
        { key: 'ga_session_id', value: { int_value: Long.fromNumber(below(1_000_000_000)) } },
        { key: 'page_location', value: { string_value: `https://shop.example.com/products/${product}` } },
        { key: 'engagement_time_msec', value: { int_value: below(60_000) } },
      ],
      items,
      ecommerce: {
        transaction_id: name === 'purchase' ? `T${seed}-${number}` : '(not set)',
        purchase_revenue: items.reduce((sum, { price, quantity }) => sum + Math.round(price * 100) * quantity, 0) / 100,
        unique_items: items.length,
        currency: 'USD',
      },
      device: { category: random() < 0.5 ? 'desktop' : 'mobile', language: 'en-us' },
      geo: { country: COUNTRIES[below(COUNTRIES.length)] },
    };
  }
}

/** Numbers from 0 to below 1 by the minimal standard generator of Park and Miller (1988). */
function randomOf(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}
