/** Why a call to a service did not work. */
export type CallFailure =
  'unreachable' | 'wrong-key' | 'wrong-scope' | 'not-found' | 'refused' | 'not-yet' | 'broken' | 'not-understood';

/** A call that did not work, told so that a person knows what to do next. */
export class CallError extends Error {
  constructor(
    readonly failure: CallFailure,
    readonly service: string,
    message: string,
  ) {
    super(message);
    this.name = 'CallError';
  }
}

/** The error of an answer with this status; `detail` is what the service said about it. */
export function errorOfStatus(service: string, status: number, detail: string | undefined): CallError {
  if (status === 401)
    return new CallError('wrong-key', service, 'This key is not known. Check LAUREL_KEYS, or what npm start printed.');
  if (status === 403)
    return new CallError('wrong-scope', service, `Your key does not open this. ${detail ?? 'Use the admin key.'}`);
  if (status === 404) return new CallError('not-found', service, detail ?? 'Not found.');
  if (status < 500) return new CallError('refused', service, detail ?? `The ${service} refused this (HTTP ${status}).`);
  if (status === 503)
    return new CallError('not-yet', service, detail ?? `The ${service} cannot answer now (HTTP 503).`);
  return new CallError('broken', service, `The ${service} could not answer. ${detail ?? `HTTP ${status}.`}`);
}
