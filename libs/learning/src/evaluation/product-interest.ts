import type { ModelParameters } from '../affinity/affinity-model.js';
import { OrderLinePacker, type PackedRows, unpackOrderLines } from './packed-rows.js';

/** What a customer did with a product short of buying it. */
export type InterestKind = 'view' | 'cart';

/** That a customer looked at a product or put it into the cart. */
export interface ProductInterest {
  readonly customerId: string;
  readonly productId: string;
  readonly kind: InterestKind;
  readonly atMs: number;
}

/** How many purchased pieces a look at a product, and putting it into the cart, count as. */
export type InterestWeights = Readonly<Record<InterestKind, number>>;

/** What counts unless the shop, or what was learned, says otherwise. */
export const INTEREST_WEIGHTS: InterestWeights = { view: 0.5, cart: 1 };

/** Trainers that weights of interests mean nothing to, or that take over the others' settings. */
const UNINTERESTED = ['popularity', 'popularity-decay', 'blend'];

/** Whether candidates of a trainer are to be tried with weights of interests too. */
export function takesInterests(trainer: string): boolean {
  return !UNINTERESTED.includes(trainer);
}

/** The parameters of a candidate that learns from interests too. */
export function interestParameters({ view, cart }: InterestWeights): ModelParameters {
  return { viewWeight: view, cartWeight: cart };
}

/** The weights of interests among a model's parameters; none where it was trained on purchases alone. */
export function interestWeightsOf({ viewWeight, cartWeight }: ModelParameters): InterestWeights | undefined {
  if (viewWeight === undefined && cartWeight === undefined) return undefined;
  return { view: Number(viewWeight ?? 0), cart: Number(cartWeight ?? 0) };
}

/** A model's parameters but the weights of interests. */
export function withoutInterests({
  viewWeight: _view,
  cartWeight: _cart,
  ...others
}: ModelParameters): ModelParameters {
  return others;
}

/** Collects interests as rows whose order is the kind. */
export class InterestPacker {
  readonly #packer = new OrderLinePacker();

  get length(): number {
    return this.#packer.length;
  }

  add({ customerId, productId, kind, atMs }: ProductInterest): void {
    this.#packer.add({ customerId, productId, orderId: kind, orderedAtMs: atMs, quantity: 1 });
  }

  pack(): PackedRows {
    return this.#packer.pack();
  }
}

/** The interests that an {@link InterestPacker} packed. */
export function* unpackInterests(rows: PackedRows): Generator<ProductInterest> {
  for (const { customerId, productId, orderId, orderedAtMs } of unpackOrderLines(rows))
    yield { customerId, productId, kind: orderId === 'cart' ? 'cart' : 'view', atMs: orderedAtMs };
}
