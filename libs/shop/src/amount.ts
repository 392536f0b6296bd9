import { z } from 'zod';

const MAX_AMOUNT = 1e11;
const MAX_QUANTITY = 1e8;

/** An amount of money within ±100 billion: price × quantity then stays within what the warehouse multiplies exactly. */
export const amountSchema = z.number().min(-MAX_AMOUNT).max(MAX_AMOUNT);

/** A price: an amount that is not negative. */
export const priceSchema = amountSchema.min(0);

/** How many units: within ±100 million. */
export const quantitySchema = z.number().min(-MAX_QUANTITY).max(MAX_QUANTITY);
