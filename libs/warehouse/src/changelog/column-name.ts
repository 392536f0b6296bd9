const maxLength = 200;

/**
 * A column name for a field that both warehouses accept: letters, digits and underscores, not starting with a digit or an underscore
 * (those are the changelog's own), and different from all `taken` names, which compare without regard to case.
 */
export function columnName(field: string, taken: Iterable<string>): string {
  const plain = field.replace(/[^A-Za-z0-9_]/g, '_').slice(0, maxLength);
  const name = /^[A-Za-z]/.test(plain) ? plain : `field_${plain.replace(/^_+/, '')}`;
  const used = new Set(Array.from(taken, other => other.toLowerCase()));
  for (let attempt = 1; ; attempt++) {
    const candidate = attempt === 1 ? name : `${name}_${attempt}`;
    if (!used.has(candidate.toLowerCase())) return candidate;
  }
}
