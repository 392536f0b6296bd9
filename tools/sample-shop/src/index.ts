export { FillThread } from './filling/fill-thread.js';
export { fillSampleShop, type FillOptions } from './filling/fill-sample-shop.js';
export type { SampleShopReport } from './filling/sample-shop-report.js';
export { isEmptyShop, sampleShopState, type SampleShopState } from './filling/sample-marker.js';
export { ShopNotEmptyError } from './filling/shop-not-empty-error.js';
export { readSampleYear, SAMPLE_ORDERS, SAMPLE_SEED, type SampleYear } from './sample-year.js';
