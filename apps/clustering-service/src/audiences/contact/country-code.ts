const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Names in use that differ from the English name of the country. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  'czech republic': 'CZ',
  eire: 'IE',
  'great britain': 'GB',
  holland: 'NL',
  'hong kong': 'HK',
  korea: 'KR',
  rsa: 'ZA',
  turkey: 'TR',
  uk: 'GB',
  usa: 'US',
};

const byName = namesOfCountries();

/** ISO 3166-1 alpha-2 code of a country given by its code or its English name; undefined for anything else. */
export function countryCode(country: string): string | undefined {
  const text = country.trim();
  const code = text.toUpperCase();
  const name = text.toLowerCase();
  return OTHER_NAMES[name] ?? byName.get(name) ?? ([...byName.values()].includes(code) ? code : undefined);
}

function namesOfCountries(): Map<string, string> {
  const display = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  const codes = [...LETTERS].flatMap(first => [...LETTERS].map(second => first + second));
  const outdated = new Set([
    'AC',
    'CP',
    'CQ',
    'DD',
    'DG',
    'EA',
    'EU',
    'EZ',
    'FX',
    'IC',
    'QO',
    'SU',
    'TA',
    'UK',
    'UN',
    'XA',
    'XB',
    'YU',
    'ZZ',
  ]);
  const names = new Map<string, string>();
  for (const code of codes) {
    const name = outdated.has(code) ? undefined : display.of(code)?.toLowerCase();
    if (name !== undefined && new Intl.Locale('und', { region: code }).maximize().region === code && !names.has(name))
      names.set(name, code);
  }
  return names;
}
