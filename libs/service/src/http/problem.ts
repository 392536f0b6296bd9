import { STATUS_CODES } from 'node:http';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';

/** An error answer as RFC 9457 (problem details) has it; `errors` lists what is wrong field by field. */
export interface Problem {
  status: number;
  detail: string;
  title?: string;
  errors?: readonly { field: string; message: string }[];
}

/** An error that a handler throws to answer with a {@link Problem}. */
export class ProblemException extends HttpException {
  constructor(readonly problem: Problem) {
    super(problem.detail, problem.status);
  }
}

export const PROBLEM_TYPE = 'application/problem+json';

/** The body of an answer that tells of a problem. */
export function problemText({ status, detail, title = STATUS_CODES[status] ?? 'Error', errors }: Problem): string {
  return JSON.stringify({ type: 'about:blank', title, status, detail, ...(errors && { errors }) });
}

/** Sends a problem as `application/problem+json`. */
export async function sendProblem(reply: FastifyReply, problem: Problem): Promise<void> {
  await reply.code(problem.status).type(PROBLEM_TYPE).send(problemText(problem));
}

/** Turns whatever a REST handler throws into problem details; what nobody foresaw is logged and answered with 500 and no inner detail. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  async catch(error: unknown, host: ArgumentsHost): Promise<void> {
    if (host.getType<string>() !== 'http') throw error;
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const problem = this.problemOf(error, http.getRequest<FastifyRequest>());
    if (!reply.sent) await sendProblem(reply, problem);
  }

  private problemOf(error: unknown, request: FastifyRequest): Problem {
    if (error instanceof ProblemException) return error.problem;
    if (error instanceof HttpException) return { status: error.getStatus(), detail: error.message };
    if (
      error instanceof Error &&
      'statusCode' in error &&
      typeof error.statusCode === 'number' &&
      error.statusCode < 500
    ) {
      return { status: error.statusCode, detail: error.message };
    }
    const { id: requestId, method, routeOptions } = request;
    this.logger.error({ err: error, requestId, method, route: routeOptions.url }, 'request failed');
    return { status: 500, detail: `Something went wrong on our side. It has been logged as request ${requestId}.` };
  }
}
