import { GraphQLError } from 'graphql/index.js';

const SHOWN = 80;

/** An argument that cannot be used; answered as BAD_USER_INPUT naming the argument, its value and what is allowed. */
export class ArgumentError extends GraphQLError {
  constructor(argument: string, value: unknown, allowed: string) {
    super(`${argument}: ${shown(value)} is not usable. Allowed: ${allowed}.`, {
      extensions: { code: 'BAD_USER_INPUT', argument, allowed },
    });
    this.name = 'ArgumentError';
  }
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}… (${text.length} characters)` : text;
}
