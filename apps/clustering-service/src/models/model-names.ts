import { USER_CLUSTERS } from './live-tier-models.js';

/** The models that can be trained: that of this service, and the recommender's. */
export const MODEL_NAMES = [USER_CLUSTERS, 'product_affinity'] as const;
