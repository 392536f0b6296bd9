import { StandardSchemaValidationPipe } from '@nestjs/common';
import { ProblemException } from './problem.js';

/** Checks parameters and bodies against the schemas their decorators name; answers 400 listing every field that does not fit. */
export const validationPipe = new StandardSchemaValidationPipe({
  exceptionFactory: issues =>
    new ProblemException({
      status: 400,
      detail: issues.map(issue => issue.message).join('; '),
      errors: issues.map(issue => ({
        field: (issue.path ?? []).map(part => String(typeof part === 'object' ? part.key : part)).join('.'),
        message: issue.message,
      })),
    }),
});
