import type { ChangeStreamDocument } from 'mongodb';
import {
  COLLECTION_NAMES,
  type ActivityDocument,
  type DailyInterestDocument,
  type OrderDocument,
  type ProductDocument,
  type ProfileDocument,
} from './collections.js';
import type { StateLoader } from './state-loader.js';

/** A document of any of the read model's collections. */
export type ReadModelDocument =
  ProductDocument | OrderDocument | ActivityDocument | DailyInterestDocument | ProfileDocument;

/** The read model's collections were dropped or renamed under a running service. */
export class ReadModelDroppedError extends Error {
  constructor(operation: string) {
    super(`${operation} on the recommender's read model: it must be loaded anew`);
    this.name = 'ReadModelDroppedError';
  }
}

/**
 * Brings one event of the read model's change stream into memory.
 * @throws ReadModelDroppedError when a collection was dropped or renamed.
 */
export function applyStreamEvent(loader: StateLoader, event: ChangeStreamDocument<ReadModelDocument>): void {
  switch (event.operationType) {
    case 'insert':
    case 'replace':
    case 'update':
      if (event.fullDocument) setDocument(loader, event.ns.coll, event.fullDocument);
      return;
    case 'delete':
      removeDocument(loader, event.ns.coll, String(event.documentKey._id));
      return;
    case 'drop':
    case 'rename':
    case 'dropDatabase':
    case 'invalidate':
      throw new ReadModelDroppedError(event.operationType);
    default:
      return;
  }
}

function setDocument(loader: StateLoader, collection: string, document: ReadModelDocument): void {
  if ('available' in document) loader.product(document);
  else if ('counted' in document) loader.order(document._id, document.counted);
  else if ('recent' in document) loader.activity(document);
  else if ('day' in document) loader.dailyInterest(document);
  else if (collection === COLLECTION_NAMES.profiles) loader.profile(document);
}

function removeDocument(loader: StateLoader, collection: string, id: string): void {
  switch (collection) {
    case COLLECTION_NAMES.products:
      return loader.productGone(id);
    case COLLECTION_NAMES.orders:
      return loader.orderGone(id);
    case COLLECTION_NAMES.activity:
      return loader.activityGone(id);
    case COLLECTION_NAMES.profiles:
      return loader.profileGone(id);
  }
}
