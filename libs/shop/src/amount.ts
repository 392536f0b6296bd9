import { z } from 'zod';

const LIMIT = 1e10;

/** An amount of money or a number of units, below ten billion either way: the product of two of them is then exact in the warehouse too. */
export const amountSchema = z.number().gt(-LIMIT).lt(LIMIT);

/** A price: an amount that is not negative. */
export const priceSchema = amountSchema.min(0);
