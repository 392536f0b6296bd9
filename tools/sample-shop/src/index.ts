export { FillThread } from './filling/fill-thread.js';
export { fillSampleShop, SAMPLE_ORDERS, type FillOptions } from './filling/fill-sample-shop.js';
export type { SampleShopReport } from './filling/sample-shop-report.js';
export { isEmptyShop, sampleShopState, type SampleShopState } from './filling/sample-marker.js';
export { ShopNotEmptyError } from './filling/shop-not-empty-error.js';
export { sampleHistory, type SampleHistory } from './sample-history.js';
