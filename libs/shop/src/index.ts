export { SHOP_COLLECTIONS, isShopCollection, type ShopCollection } from './shop-collection.js';
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
export { fromExtendedJson, documentId, ExtendedJsonError } from './extended-json.js';
export { parseShopDocument, ShopDocumentError, type ShopDocuments } from './shop-document.js';
export { Money, MoneyError } from './money.js';
export {
  countedOrder,
  purchaseOf,
  type CountedOrder,
  type CountedOrderLine,
  type OrderEvidence,
  type Purchase,
} from './orders/counted-order.js';
