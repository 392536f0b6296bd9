import type { ShopCollection } from '@laurel/shop';

/** How a canonical field tends to be called, the likeliest name first, and what it tends to hold. */
export interface KnownField {
  names: readonly string[];
  holds: 'id' | 'text' | 'price' | 'number' | 'boolean' | 'time' | 'status' | 'flag' | 'lines';
  /** The collection whose documents it points to. */
  refersTo?: ShopCollection;
  fields?: Readonly<Record<string, KnownField>>;
}

/** How a canonical collection tends to be called, and its fields. The `telling` ones distinguish it from others. */
export interface KnownShape {
  names: readonly string[];
  fields: Readonly<Record<string, KnownField>>;
  telling: readonly string[];
}

const productId: KnownField = {
  names: [
    'product id',
    'product',
    'article id',
    'article',
    'item id',
    'item',
    'sku',
    'variant id',
    'variant',
    'artikel',
    'ref',
    'id',
    '_id',
  ],
  holds: 'id',
  refersTo: 'products',
};
const price = ['price', 'unit price', 'price cents', 'unit cost', 'cents', 'amount', 'preis', 'cost', 'value', 'gross'];
const quantity: KnownField = {
  names: ['quantity', 'qty', 'amount', 'count', 'units', 'menge', 'anzahl', 'number'],
  holds: 'number',
};
const productName = ['name', 'title', 'product name', 'label', 'description', 'bezeichnung'];

/** What collections of shops tend to look like. */
export const KNOWN_SHAPES: Readonly<Record<ShopCollection, KnownShape>> = {
  products: {
    names: [
      'product',
      'article',
      'item',
      'sku',
      'catalog',
      'catalogue',
      'good',
      'merchandise',
      'variant',
      'produkt',
      'artikel',
    ],
    telling: ['name', 'price'],
    fields: {
      name: { names: productName, holds: 'text' },
      price: {
        names: [
          'price',
          'price cents',
          'unit price',
          'list price',
          'sale price',
          'cents',
          'preis',
          'amount',
          'gross',
          'cost',
        ],
        holds: 'price',
      },
      category: {
        names: ['category', 'category name', 'product type', 'type', 'department', 'kategorie', 'collection'],
        holds: 'text',
      },
      rating: { names: ['rating', 'average rating', 'stars', 'score'], holds: 'number' },
      stock: {
        names: ['stock', 'inventory', 'in stock', 'stock level', 'quantity', 'qty', 'available quantity', 'bestand'],
        holds: 'number',
      },
      active: {
        names: ['active', 'enabled', 'published', 'visible', 'is active', 'available', 'status', 'state'],
        holds: 'flag',
      },
      imageUrl: { names: ['image url', 'image', 'picture', 'thumbnail', 'photo', 'img', 'src'], holds: 'text' },
    },
  },
  customers: {
    names: [
      'customer',
      'user',
      'account',
      'client',
      'buyer',
      'shopper',
      'member',
      'kunde',
      'kunden',
      'people',
      'profile',
    ],
    telling: ['email', 'createdAt', 'firstName', 'lastName'],
    fields: {
      email: { names: ['email', 'mail', 'e mail', 'email address'], holds: 'text' },
      phone: { names: ['phone', 'phone number', 'mobile', 'telephone', 'tel', 'telefon'], holds: 'text' },
      firstName: { names: ['first name', 'given name', 'forename', 'vorname', 'fname', 'first'], holds: 'text' },
      lastName: { names: ['last name', 'family name', 'surname', 'nachname', 'lname', 'last'], holds: 'text' },
      country: { names: ['country', 'country code', 'land'], holds: 'text' },
      postalCode: { names: ['postal code', 'zip', 'zip code', 'postcode', 'plz'], holds: 'text' },
      'consent.email_marketing': {
        names: [
          'email marketing',
          'newsletter',
          'marketing opt in',
          'accepts marketing',
          'opt in',
          'marketing',
          'subscribed',
        ],
        holds: 'boolean',
      },
      createdAt: {
        names: [
          'created at',
          'created',
          'joined',
          'registered at',
          'registered',
          'signup date',
          'member since',
          'date created',
          'angelegt',
        ],
        holds: 'time',
      },
    },
  },
  orders: {
    names: ['order', 'purchase', 'sale', 'bestellung', 'bestellungen', 'checkout', 'invoice', 'transaction', 'auftrag'],
    telling: ['items', 'customerId', 'placedAt'],
    fields: {
      customerId: {
        names: [
          'customer id',
          'customer',
          'user id',
          'user',
          'buyer id',
          'buyer',
          'client id',
          'client',
          'account id',
          'account',
          'member id',
          'kunde',
          'kundennummer',
          'owner',
        ],
        holds: 'id',
        refersTo: 'customers',
      },
      placedAt: {
        names: [
          'placed at',
          'ordered at',
          'order date',
          'date',
          'created at',
          'created',
          'purchased at',
          'paid at',
          'time',
          'timestamp',
          'at',
          'datum',
        ],
        holds: 'time',
      },
      status: {
        names: ['status', 'state', 'order status', 'financial status', 'payment status', 'stage'],
        holds: 'status',
      },
      currency: { names: ['currency', 'currency code', 'waehrung', 'währung'], holds: 'text' },
      items: {
        names: [
          'items',
          'lines',
          'line items',
          'order lines',
          'order items',
          'products',
          'cart',
          'basket',
          'positions',
          'articles',
          'positionen',
          'entries',
        ],
        holds: 'lines',
        fields: {
          productId,
          name: { names: productName, holds: 'text' },
          quantity,
          price: { names: price, holds: 'price' },
        },
      },
    },
  },
  events: {
    names: [
      'event',
      'activity',
      'track',
      'tracking',
      'pageview',
      'analytic',
      'hit',
      'clickstream',
      'click',
      'view',
      'visit',
    ],
    telling: ['event_name', 'event_timestamp', 'user_pseudo_id'],
    fields: {
      event_name: { names: ['event_name', 'event', 'event type', 'type', 'action', 'name', 'kind'], holds: 'text' },
      event_timestamp: {
        names: ['event_timestamp', 'timestamp', 'time', 'ts', 'at', 'created at', 'occurred at', 'date', 'created'],
        holds: 'time',
      },
      user_pseudo_id: {
        names: [
          'user_pseudo_id',
          'user id',
          'user',
          'customer id',
          'customer',
          'visitor id',
          'visitor',
          'client id',
          'account',
          'anonymous id',
        ],
        holds: 'id',
        refersTo: 'customers',
      },
      'event_params.ga_session_id': {
        names: ['session id', 'session', 'ga_session_id', 'visit id', 'sid'],
        holds: 'id',
      },
      'event_params.engagement_time_msec': {
        names: ['engagement_time_msec', 'duration ms', 'dwell ms', 'engagement ms'],
        holds: 'number',
      },
    },
  },
};
