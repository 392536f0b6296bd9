/** Asked for a model or version that is not there. */
export class ModelNotFoundError extends Error {
  override readonly name = 'ModelNotFoundError';
}

/** A stored artifact that is not what was registered; it must not be served. */
export class ArtifactMismatchError extends Error {
  override readonly name = 'ArtifactMismatchError';
}

/** A change of status or traffic that makes no sense, with what is allowed. */
export class ModelChangeError extends Error {
  override readonly name = 'ModelChangeError';
}
