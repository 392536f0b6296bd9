import { ModelBuildError } from '../errors.js';
import type { Model } from './model.js';

/**
 * Models so ordered that each comes after those it reads; by name where that leaves a choice.
 * @throws ModelBuildError for a circle, naming its models.
 */
export function dependencyOrder<M extends Pick<Model, 'name' | 'dependsOn'>>(models: readonly M[]): M[] {
  const byName = new Map(models.map(model => [model.name, model]));
  const ordered = new Set<M>();
  const visit = (model: M, path: readonly string[]): void => {
    if (ordered.has(model)) return;
    if (path.includes(model.name)) {
      throw new ModelBuildError(
        model.name,
        `reads itself: ${[...path.slice(path.indexOf(model.name)), model.name].join(' → ')}`,
      );
    }
    for (const name of model.dependsOn) {
      const dependency = byName.get(name);
      if (dependency) visit(dependency, [...path, model.name]);
    }
    ordered.add(model);
  };
  for (const model of [...models].sort((a, b) => (a.name < b.name ? -1 : 1))) visit(model, []);
  return [...ordered];
}

/**
 * The selected models and all that they read, in the order given.
 * @throws ModelBuildError for a name that is no model.
 */
export function withDependencies<M extends Pick<Model, 'name' | 'dependsOn'>>(
  ordered: readonly M[],
  select: readonly string[],
): M[] {
  const wanted = new Set(select);
  for (const name of select) {
    if (!ordered.some(model => model.name === name)) {
      throw new ModelBuildError(
        name,
        `there is no such model; there are ${ordered.map(model => model.name).join(', ')}`,
      );
    }
  }
  for (const model of ordered.toReversed()) {
    if (wanted.has(model.name)) for (const name of model.dependsOn) wanted.add(name);
  }
  return ordered.filter(model => wanted.has(model.name));
}
