import type { IncomingMessage } from 'node:http';
import { COMPRESSED_FROM_BYTES, type Scope, type ShortAnswer, type Shortcut } from '@laurel/service';
import { parse } from 'secure-json-parse';
import type { CompiledQueries } from './compiled-queries.js';
import { repeatedRequest } from './repeated-request.js';
import { answerHeaders, requestScope } from './request-scope.js';

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };

/** Answers queries that Apollo Server has taken and that were compiled, when they come again. */
export class QueryShortcut implements Shortcut {
  private readonly long = new WeakMap<IncomingMessage, ShortAnswer>();

  constructor(
    readonly url: string,
    private readonly queries: CompiledQueries,
  ) {}

  answer(request: IncomingMessage, body: string, scope: Scope | undefined) {
    const again = repeatedRequest(request.headers, parse(body));
    if (!again) return undefined;
    const context = requestScope(scope);
    const answered = (text: string | undefined): ShortAnswer | undefined => {
      if (text === undefined) return undefined;
      const answer = { text, headers: { ...JSON_TYPE, ...answerHeaders(context) } };
      if (text.length < COMPRESSED_FROM_BYTES || request.headers['accept-encoding'] === undefined) return answer;
      this.long.set(request, answer);
      return undefined;
    };
    const text = this.queries.answerAgain(again, context);
    return text instanceof Promise ? text.then(answered) : answered(text);
  }

  /** The answer that was made to a request and should be packed before it is sent. */
  longAnswer(request: IncomingMessage): ShortAnswer | undefined {
    return this.long.get(request);
  }
}
