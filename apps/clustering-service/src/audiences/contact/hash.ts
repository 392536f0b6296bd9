import { hash } from 'node:crypto';

/** Lower-case hex SHA-256 of a text's UTF-8, as advertising platforms ask for; '' stays ''. */
export function hashed(text: string): string {
  return text === '' ? '' : hash('sha256', text, 'hex');
}
