import type { Catalogue } from '../catalogue/catalogue.js';
import { PlacedModel } from './placed-model.js';
import { type Serving, versionServing } from './serving-models.js';

/** All models that serve at one moment, placed in a catalogue. */
export class PlacedModels {
  private readonly byVersion: ReadonlyMap<number, PlacedModel>;

  /** `serving` is undefined before any model is trained. */
  constructor(
    catalogue: Catalogue,
    private readonly serving: Serving | undefined,
  ) {
    this.byVersion = new Map(
      Array.from(serving?.models ?? [], ([version, { model, version: served, search, interestWeights }]) => [
        version,
        new PlacedModel(model, served, catalogue, search, interestWeights),
      ]),
    );
  }

  get all(): readonly PlacedModel[] {
    return [...this.byVersion.values()];
  }

  /** The model that serves a customer; undefined where none does. */
  readonly of = (customerId: string): PlacedModel | undefined =>
    this.serving && this.byVersion.get(versionServing(this.serving, customerId) ?? -1);
}
