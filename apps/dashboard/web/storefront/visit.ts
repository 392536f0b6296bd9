const NAME = 'laurel-visit';
const VIEWED = 20;

interface Kept {
  customerId: string;
  /** How many of each product. */
  cart: Record<string, number>;
  /** Products looked at, latest first. */
  viewed: string[];
}

/** Who visits the shop, what they looked at and what is in their cart, for as long as this tab is open. */
export class Visit {
  private kept: Kept = readKept() ?? { customerId: '', cart: {}, viewed: [] };

  constructor(private readonly onChange: () => void) {}

  /** Empty for a visitor whom nobody knows. */
  get customerId(): string {
    return this.kept.customerId;
  }

  /** The products in the cart with how many of each, in the order in which they came. */
  get cart(): [productId: string, quantity: number][] {
    return Object.entries(this.kept.cart);
  }

  get itemsInCart(): number {
    return this.cart.reduce((sum, [, quantity]) => sum + quantity, 0);
  }

  /** What the recommender is told of this visit. */
  get context(): { recentProductIds: string[]; cartProductIds: string[] } {
    return { recentProductIds: this.kept.viewed, cartProductIds: this.cart.map(([id]) => id) };
  }

  /** Somebody else at the screen: another visit. */
  become(customerId: string): void {
    this.keep({ customerId, cart: {}, viewed: [] });
  }

  view(productId: string): void {
    const viewed = [productId, ...this.kept.viewed.filter(id => id !== productId)].slice(0, VIEWED);
    this.keep({ ...this.kept, viewed });
  }

  put(productId: string): void {
    this.keep({ ...this.kept, cart: { ...this.kept.cart, [productId]: (this.kept.cart[productId] ?? 0) + 1 } });
  }

  takeOut(productId: string): void {
    const { [productId]: _, ...cart } = this.kept.cart;
    this.keep({ ...this.kept, cart });
  }

  private keep(kept: Kept): void {
    this.kept = kept;
    sessionStorage.setItem(NAME, JSON.stringify(kept));
    this.onChange();
  }
}

function readKept(): Kept | undefined {
  const text = sessionStorage.getItem(NAME);
  return text === null ? undefined : JSON.parse(text);
}
