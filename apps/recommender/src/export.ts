/** What a benchmark of exports needs beside the app: their maker, and the state it works on. */
export { RecommendationExport, type ExportSource } from './export/recommendation-export.js';
export { exportRequestSchema } from './export/export-request.js';
export { ShopState } from './read-model/shop-state.js';
export { StateLoader } from './read-model/state-loader.js';
export { NO_RULES } from './rules/ranking-rules.js';
