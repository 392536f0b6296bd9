/** The words of a name, in lower case and the singular: `OrderLines` and `order_line` are both order, line. */
export function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\d]+/u)
    .filter(word => word !== '')
    .map(singular);
}

function singular(word: string): string {
  if (word.endsWith('ies') && word.length > 4) return `${word.slice(0, -3)}y`;
  return word.endsWith('s') && !/(ss|us|is)$/.test(word) && word.length > 3 ? word.slice(0, -1) : word;
}

const LANGUAGE = /^[a-z]{2}(_[a-z]{2})?$/i;

/**
 * How well a path fits one of several names, from 0 to 1: 1 for the name itself at the top, less for a nested one (`contact.mail`), for one
 * spread over two levels (`customer.id`), for one with more words (`customer_mail`).
 */
export function nameFit(path: readonly string[], names: readonly string[]): number {
  return Math.max(0, ...names.map((name, index) => fitOf(path, wordsOf(name).join(' ')) - Math.min(index, 5) * 0.01));
}

function fitOf(path: readonly string[], name: string): number {
  const depth = 0.04 * (path.length - 1);
  const last = path.at(-1) ?? '';
  const words = wordsOf(last);
  if (words.join(' ') === name || words.join('') === name.replaceAll(' ', '')) return 1 - depth;
  const parent = wordsOf(path.at(-2) ?? '');
  if ([...parent, ...words].join(' ') === name) return 0.97 - depth;
  if (LANGUAGE.test(last) && parent.join(' ') === name) return 0.8 - depth;
  const wanted = name.split(' ');
  return wanted.every(word => words.includes(word)) ? 0.65 - depth : 0;
}
