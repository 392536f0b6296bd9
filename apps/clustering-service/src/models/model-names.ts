import { USER_CLUSTERS } from './live-tier-models.js';

/** The recommender's model. */
export const PRODUCT_AFFINITY = 'product_affinity';

/** Who will not order. */
export const CUSTOMER_CHURN = 'customer_churn';

/** How much of each product will be bought. */
export const PRODUCT_DEMAND = 'product_demand';

/** The models that can be trained: those of this service, and the recommender's. */
export const MODEL_NAMES = [USER_CLUSTERS, PRODUCT_AFFINITY, CUSTOMER_CHURN, PRODUCT_DEMAND] as const;

/** The models whose settings can be searched. */
export const TUNABLE_MODELS = [USER_CLUSTERS, PRODUCT_AFFINITY] as const;
