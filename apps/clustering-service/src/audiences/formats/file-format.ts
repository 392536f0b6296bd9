import type { Recommendation } from '../recommendations/recommended-lists.js';
import type { AudienceFormat, Cell } from './audience-format.js';
import { csvText } from './csv-text.js';
import type { FormatName } from './format-names.js';
import { ga4UserImport } from './ga4-user-import.js';
import { googleCustomerMatch } from './google-customer-match.js';
import { klaviyo } from './klaviyo.js';
import { mailchimp, mailchimpText } from './mailchimp.js';
import { meta } from './meta.js';
import { plain } from './plain.js';
import { type RecommendationColumns, withRecommendations } from './with-recommendations.js';

/** A format with how its rows become a file. */
export interface FileFormat {
  format: AudienceFormat;
  /** How many recommendations a row carries; 0 where the destination takes columns of its own only. */
  top: number;
  contentType: string;
  extension: string;
  /** What comes before the first row. */
  head: string;
  /** Rows as text, each ended. */
  write(rows: readonly (readonly Cell[])[]): string;
}

/** The columns of recommendations in the formats that may have columns of one's own. */
const COLUMNS: Partial<Record<FormatName, RecommendationColumns>> = {
  csv: {
    names: place => [`recommendation_${place}`, `recommendation_${place}_name`, `recommendation_${place}_reason`],
    text: text => text,
  },
  klaviyo: { names: spelledOut, text: text => text },
  mailchimp: { names: spelledOut, text: mailchimpText },
};

function spelledOut(place: number): readonly [string, string, string] {
  return [`Recommendation ${place}`, `Recommendation ${place} Name`, `Recommendation ${place} Reason`];
}

/** How a format is written; `wanted` is how many recommendations each row is to carry, where there is a place for them. */
export function fileFormat(name: FormatName, wanted = 0): FileFormat {
  if (name === 'ndjson') return ndjson(wanted);
  const own = {
    'google-customer-match': googleCustomerMatch,
    meta,
    klaviyo,
    mailchimp,
    'ga4-user-import': ga4UserImport,
    csv: plain,
  }[name];
  const columns = COLUMNS[name];
  const top = columns ? wanted : 0;
  const format = columns && top > 0 ? withRecommendations(own, columns, top) : own;
  return {
    format,
    top,
    contentType: 'text/csv; charset=utf-8',
    extension: 'csv',
    head: csvText([format.header]),
    write: csvText,
  };
}

/** Lines of JSON, with the columns of {@link plain} as fields and `recommendations` as a list. */
function ndjson(top: number): FileFormat {
  const format: AudienceFormat = {
    ...plain,
    row(member, contact) {
      const row = plain.row(member, contact);
      return 'cells' in row && top > 0
        ? { cells: [...row.cells, JSON.stringify(member.recommendations?.map(lineOf) ?? [])] }
        : row;
    },
  };
  const line = (cells: readonly Cell[]): string => {
    const fields = JSON.stringify(Object.fromEntries(plain.header.map((column, i) => [column, cells[i] ?? null])));
    const list = cells[plain.header.length];
    return typeof list === 'string' ? `${fields.slice(0, -1)},"recommendations":${list}}\n` : `${fields}\n`;
  };
  return {
    format,
    top,
    contentType: 'application/x-ndjson',
    extension: 'ndjson',
    head: '',
    write: rows => rows.map(line).join(''),
  };
}

function lineOf({ product_id, name, reason }: Recommendation): object {
  return { product_id, name, reason: reason.text, reason_kind: reason.kind };
}
