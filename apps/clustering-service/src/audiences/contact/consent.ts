import type { Consent, Customer } from '@laurel/shop';

/** What data is handed out for: what must be granted differs. */
export const CONSENT_PURPOSES = ['ads', 'email'] as const;

export type ConsentPurpose = (typeof CONSENT_PURPOSES)[number];

/** Why somebody is held back. Missing is not consent. */
export type ConsentProblem = 'consent_missing' | 'consent_denied';

const NEEDED: Readonly<
  Record<ConsentPurpose, readonly (keyof Consent & ('ad_user_data' | 'ad_personalization' | 'email_marketing'))[]>
> = {
  ads: ['ad_user_data', 'ad_personalization'],
  email: ['email_marketing'],
};

/** Why a customer's data may not be used for a purpose, or undefined where everything needed was granted. A denial weighs more than a gap. */
export function consentProblem(
  { consent }: Pick<Customer, 'consent'>,
  purpose: ConsentPurpose,
): ConsentProblem | undefined {
  const answers = NEEDED[purpose].map(name => consent?.[name]);
  if (answers.includes('DENIED')) return 'consent_denied';
  return answers.every(answer => answer === 'GRANTED') ? undefined : 'consent_missing';
}
