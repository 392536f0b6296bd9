import { z } from 'zod';

const LIMIT = 1e10;

/** An amount of money below ±10 billion, so that price × quantity fits a NUMERIC(38, 9) of the warehouse. */
export const amountSchema = z.number().gt(-LIMIT).lt(LIMIT);

/** A price: an amount that is not negative. */
export const priceSchema = amountSchema.min(0);

/** How many units: below ±10 billion, like an amount. */
export const quantitySchema = z.number().gt(-LIMIT).lt(LIMIT);
