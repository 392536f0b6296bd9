import { z } from 'zod';

const grant = z.enum(['GRANTED', 'DENIED']);

const consentSchema = z.looseObject({
  ad_user_data: grant.nullish(),
  ad_personalization: grant.nullish(),
  email_marketing: grant.nullish(),
  updatedAt: z.date().nullish(),
});

/** A customer's answers about the use of their data; what is missing was not granted. */
export type Consent = z.infer<typeof consentSchema>;

/** A customer as the shop keeps it; `_id` is the `user_pseudo_id` of the shop's events. */
export const customerSchema = z.looseObject({
  _id: z.string(),
  email: z.string().nullish(),
  phone: z.string().nullish(),
  firstName: z.string().nullish(),
  lastName: z.string().nullish(),
  country: z.string().nullish(),
  postalCode: z.string().nullish(),
  consent: consentSchema.nullish(),
  createdAt: z.date().nullish(),
});

export type Customer = z.infer<typeof customerSchema>;
