/** Says whether a message's key or value names a customer, as JSON text or as JSON within JSON. */
export function mentionsOf(customerId: string): (part: Buffer | null) => boolean {
  const once = JSON.stringify(customerId).slice(1, -1);
  const twice = JSON.stringify(once).slice(1, -1);
  const plain = Buffer.from(`"${once}"`);
  const nested = Buffer.from(`"${twice}\\"`);
  return part => part !== null && (part.includes(plain) || part.includes(nested));
}
