import { randomUUID } from 'node:crypto';
import type { ServedVersion } from '../models/served-version.js';

/** What made an answer, as its request id tells it. */
export interface AnswerOrigin {
  model: string;
  version: string;
  /** What the customer was given by hash: a version of the model, or the holdout; undefined where nothing was chosen for anybody. */
  group: string | undefined;
}

const REQUEST_ID =
  /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.(product_affinity|bought-together|viewed-together|trending)\.(\d{1,9}|holdout)(?:\.(\d{1,9}|holdout))?$/;

/** A request id of its own for each answer. It names what made the answer, so that feedback can be put to its account without a memory of answers. */
export function newRequestId({ name, version }: ServedVersion, group: string | undefined): string {
  return `${randomUUID()}.${name}.${version}${group === undefined ? '' : `.${group}`}`;
}

/** What made the answer of a request id; undefined where the text is none. */
export function originOf(requestId: string): AnswerOrigin | undefined {
  const [, model, version, group] = REQUEST_ID.exec(requestId) ?? [];
  return model === undefined || version === undefined ? undefined : { model, version, group };
}
