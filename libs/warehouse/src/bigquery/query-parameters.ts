import { replaceParameters } from '../sql-parameters.js';
import type { QueryParam, QueryParams } from '../query-params.js';

interface ParameterType {
  readonly type: string;
  readonly arrayType?: ParameterType;
}

interface ParameterValue {
  readonly value?: string | null;
  readonly arrayValues?: readonly ParameterValue[];
}

/** A named parameter as BigQuery's REST service takes it. */
export interface QueryParameter {
  readonly name: string;
  readonly parameterType: ParameterType;
  readonly parameterValue: ParameterValue;
}

/**
 * The parameters that a statement names.
 * @throws WarehouseError for a name without a value.
 */
export function queryParameters(sql: string, params: QueryParams): QueryParameter[] {
  const used = new Map<string, QueryParameter>();
  replaceParameters(sql, params, (name, value) => {
    used.set(name, queryParameter(name, value));
    return `@${name}`;
  });
  return [...used.values()];
}

function queryParameter(name: string, param: QueryParam): QueryParameter {
  if (typeof param === 'object' && param !== null && !(param instanceof Date)) {
    return {
      name,
      parameterType: { type: 'ARRAY', arrayType: { type: 'STRING' } },
      parameterValue: { arrayValues: param.map(value => ({ value })) },
    };
  }
  const [type, value] = scalar(param);
  return { name, parameterType: { type }, parameterValue: { value } };
}

function scalar(param: string | number | bigint | boolean | Date | null): [type: string, value: string | null] {
  if (param === null) return ['STRING', null];
  if (param instanceof Date) return ['TIMESTAMP', param.toISOString()];
  switch (typeof param) {
    case 'string':
      return ['STRING', param];
    case 'boolean':
      return ['BOOL', String(param)];
    case 'bigint':
      return ['INT64', String(param)];
    default:
      return [Number.isSafeInteger(param) ? 'INT64' : 'FLOAT64', String(param)];
  }
}
