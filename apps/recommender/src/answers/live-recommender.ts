import { PlacedModels } from '../models/placed-models.js';
import type { Serving } from '../models/serving-models.js';
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
      const recommender = new Recommender(state, new PlacedModels(state.catalogue, serving).of, this.rules);
      this.current = { state, serving, recommender };
    }
    return this.current.recommender;
  }
}
