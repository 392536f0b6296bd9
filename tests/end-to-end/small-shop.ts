/** A shop small enough to know by heart: 24 products in three categories and 120 customers whose spending differs by orders of magnitude. */
export const CATEGORIES = ['garden', 'kitchen', 'lamps'] as const;

const DAY_MS = 86_400_000;

export interface ProductDocument {
  _id: string;
  name: string;
  category: string;
  price: number;
  stock: number;
  active: boolean;
}

export interface OrderDocument {
  _id: string;
  customerId: string;
  placedAt: Date;
  status: string;
  currency: string;
  items: { productId: string; name: string; quantity: number; price: number }[];
}

export interface EventDocument {
  _id: string;
  event_name: string;
  event_timestamp: number;
  user_pseudo_id: string;
  event_params: { key: string; value: { int_value?: number; string_value?: string } }[];
  items: { item_id: string; item_name: string; price: number; quantity: number; item_category: string }[];
  ecommerce?: { transaction_id: string; purchase_revenue: number; unique_items: number };
}

export const products: ProductDocument[] = Array.from({ length: 24 }, (_, index) => ({
  _id: `P${String(index).padStart(2, '0')}`,
  name: `${CATEGORIES[index % 3]} piece ${index}`,
  category: CATEGORIES[index % 3] ?? 'garden',
  price: 2.55 + index,
  stock: 50,
  active: true,
}));

export const customers = Array.from({ length: 120 }, (_, index) => ({
  _id: `C${String(index).padStart(3, '0')}`,
  email: ` Shopper.${index}@Example.com`,
  phone: '+44 20 7946 0' + String(index).padStart(3, '0'),
  firstName: 'Ann',
  lastName: `O'Tester${index}`,
  country: index % 4 === 0 ? 'DE' : 'GB',
  postalCode: 'SW1A 1AA',
  consent: {
    ad_user_data: index % 3 === 0 ? 'DENIED' : 'GRANTED',
    ad_personalization: 'GRANTED',
    email_marketing: index % 2 === 0 ? 'GRANTED' : 'DENIED',
  },
  createdAt: new Date('2024-01-01T00:00:00Z'),
}));

/** A new order: `picks` are indices of {@link products}, one unit each unless `quantity` says more. */
export function order(
  id: string,
  customerId: string,
  placedAt: Date,
  picks: readonly number[],
  quantity = 1,
): OrderDocument {
  const items = picks.map(pick => {
    const product = products[pick % products.length];
    if (!product) throw new Error(`no product ${pick}`);
    return { productId: product._id, name: product.name, quantity, price: product.price };
  });
  return { _id: id, customerId, placedAt, status: 'paid', currency: 'GBP', items };
}

/** One visit of a customer: it began, two products were viewed. */
export function visit(id: string, customerId: string, at: Date, picks: readonly [number, number]): EventDocument[] {
  const event = (
    suffix: string,
    name: string,
    offsetMs: number,
    engagementMsec: number,
    pick?: number,
  ): EventDocument => {
    const product = pick === undefined ? undefined : products[pick % products.length];
    return {
      _id: `${id}-${suffix}`,
      event_name: name,
      event_timestamp: (at.getTime() + offsetMs) * 1000,
      user_pseudo_id: customerId,
      event_params: [
        { key: 'ga_session_id', value: { int_value: Math.floor(at.getTime() / 1000) } },
        { key: 'engagement_time_msec', value: { int_value: engagementMsec } },
      ],
      items: product
        ? [
            {
              item_id: product._id,
              item_name: product.name,
              price: product.price,
              quantity: 1,
              item_category: product.category,
            },
          ]
        : [],
    };
  };
  return [
    event('0', 'session_start', 0, 0),
    event('1', 'view_item', 1000, 4200, picks[0]),
    event('2', 'view_item', 9000, 7300, picks[1]),
  ];
}

/** The history of every customer: the first thirty never buy; the others buy the more, and the dearer, the higher their number. */
export function history(now: Date): { orders: OrderDocument[]; events: EventDocument[] } {
  const orders: OrderDocument[] = [];
  const events: EventDocument[] = [];
  customers.forEach((customer, index) => {
    const level = Math.max(0, Math.floor((index - 30) / 22.5) + 1);
    for (let visitNumber = 0; visitNumber <= level * 3; visitNumber++) {
      const at = new Date(now.getTime() - (5 + visitNumber * 9 + (index % 7)) * DAY_MS);
      const pick = (index % 3) + 3 * (visitNumber % 8);
      events.push(...visit(`e-${customer._id}-${visitNumber}`, customer._id, at, [pick, pick + 3]));
      if (index < 30 || visitNumber >= level * 2 - 1 + (index % 2)) continue;
      orders.push(order(`O-${customer._id}-${visitNumber}`, customer._id, at, [pick, pick + 3], level * level));
    }
  });
  return { orders, events };
}
