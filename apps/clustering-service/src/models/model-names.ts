import { USER_CLUSTERS } from './live-tier-models.js';

/** The recommender's model. */
export const PRODUCT_AFFINITY = 'product_affinity';

/** The models that can be trained: that of this service, and the recommender's. */
export const MODEL_NAMES = [USER_CLUSTERS, PRODUCT_AFFINITY] as const;
