/**
 * A file that cannot be imported as it is. The message names the file, what was found in it and what would be accepted;
 * `hint` says what to do.
 */
export class OrderFileError extends Error {
  constructor(
    readonly file: string,
    readonly found: string,
    readonly hint: string,
  ) {
    super(`${file}: ${found}. ${hint}`);
    this.name = 'OrderFileError';
  }
}
