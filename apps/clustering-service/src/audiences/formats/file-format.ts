import { stringify } from 'csv-stringify/sync';
import type { AudienceFormat, Cell } from './audience-format.js';
import { ga4UserImport } from './ga4-user-import.js';
import { googleCustomerMatch } from './google-customer-match.js';
import { klaviyo } from './klaviyo.js';
import { mailchimp } from './mailchimp.js';
import { meta } from './meta.js';
import { plain } from './plain.js';

/** The formats an audience can be exported in. */
export const FORMAT_NAMES = [
  'google-customer-match',
  'meta',
  'klaviyo',
  'mailchimp',
  'ga4-user-import',
  'csv',
  'ndjson',
] as const;

export type FormatName = (typeof FORMAT_NAMES)[number];

/** A format with how its rows become a file. */
export interface FileFormat {
  format: AudienceFormat;
  contentType: string;
  extension: string;
  /** What comes before the first row. */
  head: string;
  /** Rows as text, each ended. */
  write(rows: readonly (readonly Cell[])[]): string;
}

/** How a format is written. */
export function fileFormat(name: FormatName): FileFormat {
  if (name === 'ndjson') {
    const write = (rows: readonly (readonly Cell[])[]) =>
      rows
        .map(
          cells =>
            `${JSON.stringify(Object.fromEntries(plain.header.map((column, i) => [column, cells[i] ?? null])))}\n`,
        )
        .join('');
    return { format: plain, contentType: 'application/x-ndjson', extension: 'ndjson', head: '', write };
  }
  const format = {
    'google-customer-match': googleCustomerMatch,
    meta,
    klaviyo,
    mailchimp,
    'ga4-user-import': ga4UserImport,
    csv: plain,
  }[name];
  return {
    format,
    contentType: 'text/csv; charset=utf-8',
    extension: 'csv',
    head: csvText([format.header]),
    write: csvText,
  };
}

/** CSV as RFC 4180 has it, with `\n`. A text that a spreadsheet would take for a formula gets a `'` in front. */
export function csvText(rows: readonly (readonly Cell[])[]): string {
  return stringify(
    rows.map(row => [...row]),
    { escape_formulas: true },
  );
}
