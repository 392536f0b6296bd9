import { PlacedModel } from '../models/placed-model.js';
import { type Serving, versionServing } from '../models/serving-models.js';
import type { ShopState } from '../read-model/shop-state.js';
import type { RankingRules } from '../rules/ranking-rules.js';
import { Recommender } from './recommender.js';

/** The {@link Recommender} of the moment: follows when models change or the read model was loaded anew, between two requests and without a pause. */
export class LiveRecommender {
  private current: { state: ShopState; serving: Serving | undefined; recommender: Recommender } | undefined;

  constructor(
    private readonly stateNow: () => ShopState,
    private readonly servingNow: () => Serving | undefined,
    private readonly rules: RankingRules,
  ) {}

  get recommender(): Recommender {
    const state = this.stateNow();
    const serving = this.servingNow();
    if (!this.current || this.current.state !== state || this.current.serving !== serving) {
      this.current = { state, serving, recommender: new Recommender(state, placedModels(state, serving), this.rules) };
    }
    return this.current.recommender;
  }
}

function placedModels(state: ShopState, serving: Serving | undefined): (customerId: string) => PlacedModel | undefined {
  if (!serving) return () => undefined;
  const placed = new Map(
    Array.from(serving.models, ([version, { model, version: served }]) => [
      version,
      new PlacedModel(model, served, state.catalogue),
    ]),
  );
  return customerId => placed.get(versionServing(serving, customerId) ?? -1);
}
