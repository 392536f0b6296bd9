import type { ModelLayer } from '../model-build.js';
import type { ModelDeclaration } from './model-declaration.js';

/** A model as it lies in the folder `models`. */
export interface Model extends ModelDeclaration {
  readonly name: string;
  readonly layer: ModelLayer;
  /** One SELECT, in the dialect both warehouses understand. */
  readonly sql: string;
  /** Models and changelog tables named in the SQL, sorted. */
  readonly dependsOn: readonly string[];
}
