export {
  LOGGED_COLLECTIONS,
  SHOP_COLLECTIONS,
  isLoggedCollection,
  type LoggedCollection,
  type ShopCollection,
} from './shop-collection.js';
export { FEEDBACK_EVENT_NAMES, feedbackSchema, type Feedback } from './feedback.js';
export { customerSchema, type Consent, type Customer } from './customer.js';
export { productSchema, isAvailable, type Product } from './product.js';
export { orderSchema, ORDER_STATUSES, type Order, type OrderLine, type OrderStatus } from './orders/order.js';
export {
  shopEventSchema,
  sessionIdOf,
  engagementTimeMsecOf,
  eventTimeOf,
  eventParam,
  type ShopEvent,
  type ShopEventItem,
} from './shop-event.js';
export { fromExtendedJson, parseExtendedJson, documentId, ExtendedJsonError } from './extended-json.js';
export { parseShopDocument, ShopDocumentError, type ShopDocuments } from './shop-document.js';
export { documentShape, type DocumentShape } from './document-shape.js';
export { Money, MoneyError } from './money.js';
export {
  countedOrder,
  firstPurchase,
  purchaseOf,
  type CountedOrder,
  type CountedOrderLine,
  type OrderEvidence,
  type Purchase,
} from './orders/counted-order.js';
export { ShopMapping } from './mapping/shop-mapping.js';
export { ShopMappingError } from './mapping/mapping-file.js';
export type { DocumentTranslation } from './mapping/document-translation.js';
export type { UpdateDescription } from './mapping/privacy-filter.js';
export { canonicalFields, type CanonicalField, type CanonicalFields } from './mapping/canonical-fields.js';
