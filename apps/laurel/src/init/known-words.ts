const WORDS_OF_STATUS: Readonly<Record<string, readonly string[]>> = {
  placed: [
    'placed',
    'new',
    'open',
    'pending',
    'created',
    'processing',
    'confirmed',
    'on hold',
    'received',
    'awaiting payment',
    'unpaid',
    'in progress',
    'neu',
    'offen',
  ],
  paid: [
    'paid',
    'complete',
    'completed',
    'captured',
    'closed',
    'success',
    'succeeded',
    'settled',
    'bezahlt',
    'done',
    'authorized',
  ],
  shipped: [
    'shipped',
    'delivered',
    'fulfilled',
    'dispatched',
    'sent',
    'in transit',
    'out for delivery',
    'versandt',
    'verschickt',
    'geliefert',
  ],
  cancelled: [
    'cancelled',
    'canceled',
    'void',
    'voided',
    'failed',
    'rejected',
    'declined',
    'expired',
    'abandoned',
    'storniert',
  ],
  refunded: ['refunded', 'returned', 'refund', 'chargeback', 'erstattet', 'retourniert'],
};

/** The canonical status that a shop's word for one seems to mean. */
export function statusOf(word: string): string | undefined {
  const plain = word
    .toLowerCase()
    .replaceAll(/[^\p{L}]+/gu, ' ')
    .trim();
  return Object.entries(WORDS_OF_STATUS).find(([, words]) => words.includes(plain))?.[0];
}

const ON_SALE = ['active', 'live', 'published', 'enabled', 'available', 'visible', 'on sale', 'aktiv', 'online'];

/** Whether a shop's word for a product's state seems to mean that it is on sale. */
export function isOnSale(word: string): boolean {
  return ON_SALE.includes(word.toLowerCase());
}

const SECRETS = /passw|passwd|pwd|secret|token|salt|cvv|cvc|iban|card_?number|ssn|api_?key|otp/i;

/** Whether a field's name says that it holds what must go nowhere. */
export function isSecret(name: string): boolean {
  return SECRETS.test(name);
}
