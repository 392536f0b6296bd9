import { GraphQLError } from 'graphql/index.js';

/** Feedback that may not be in the log; answered as FEEDBACK_NOT_STORED. */
export class FeedbackNotStoredError extends GraphQLError {
  constructor(reason: string, options?: { cause: unknown }) {
    super(`The feedback may not be stored: ${reason}. Send it again; what arrives twice counts once.`, {
      extensions: { code: 'FEEDBACK_NOT_STORED' },
      originalError: options?.cause instanceof Error ? options.cause : null,
    });
    this.name = 'FeedbackNotStoredError';
  }
}
