/** An address to which mail can be sent, as the customer wrote it without surrounding space; '' for what is none. */
export function mailableAddress(email: string | null | undefined): string {
  const text = (email ?? '').trim();
  return /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(text) ? text : '';
}
