import { writeStates } from '@laurel/change-log';
import type { ClientSession } from 'mongodb';
import type { Interest } from '../activity/interest.js';
import { withInterests } from '../activity/recent-interests.js';
import { catalogueProduct } from '../catalogue/catalogue-product.js';
import { afterNews, type OrderNews } from '../orders/order-evidence.js';
import { TREND_WINDOW_DAYS } from '../trending/trend.js';
import type { DailyInterestDocument, ReadModelCollections } from './collections.js';
import type { News } from './news.js';
import { afterProfileNews, type ProfileNews } from './profile-news.js';

const DAY_MS = 86_400_000;

/** Writes news into the recommender's collections, each batch within the caller's transaction. */
export class ReadModelWriter {
  constructor(private readonly collections: ReadModelCollections) {}

  async apply(items: readonly News[], session: ClientSession): Promise<void> {
    const of = <A extends News['about']>(about: A) =>
      items.filter((item): item is Extract<News, { about: A }> => item.about === about);
    await this.writeProducts(of('product'), session);
    await this.writeOrders(await this.orderNews(of('order'), of('event'), session), session);
    const interests = of('interest').flatMap(item => item.interests);
    await this.writeActivity([...interests, ...of('feedback').map(({ interest }) => interest)], session);
    await this.writeDailyInterest(interests, session);
    await this.writeProfiles(
      items.filter(item => item.about === 'customer' || item.about === 'features' || item.about === 'tier'),
      session,
    );
  }

  private async writeProducts(
    items: readonly Extract<News, { about: 'product' }>[],
    session: ClientSession,
  ): Promise<void> {
    const latest = new Map(items.map(({ id, product }) => [id, product]));
    if (latest.size === 0) return;
    const writes = Array.from(latest, ([_id, product]) => {
      if (!product) return { deleteOne: { filter: { _id } } };
      const { id: _, ...replacement } = catalogueProduct(product);
      return { replaceOne: { filter: { _id }, replacement, upsert: true } };
    });
    await this.collections.products.bulkWrite(writes, { session, ordered: false });
  }

  /** A purchase event that changed or went away no longer speaks for the order it named before. */
  private async orderNews(
    orders: readonly Extract<News, { about: 'order' }>[],
    events: readonly Extract<News, { about: 'event' }>[],
    session: ClientSession,
  ): Promise<OrderNews[]> {
    if (events.length === 0) return orders.map(({ news }) => news);
    const eventIds = events.map(({ eventId }) => eventId);
    const named = await this.collections.orders
      .find({ 'purchases.eventId': { $in: eventIds } }, { session, projection: { 'purchases.eventId': 1 } })
      .toArray();
    const changed = new Set(eventIds);
    const withdrawn = named.flatMap(({ _id: transactionId, purchases }) =>
      purchases
        .filter(({ eventId }) => changed.has(eventId))
        .map(({ eventId }) => ({ kind: 'purchase withdrawn', transactionId, eventId }) as const),
    );
    const latest = new Map(events.map(({ eventId, purchase }) => [eventId, purchase]));
    const purchases = [...latest.values()].filter(purchase => purchase !== null);
    return [...withdrawn, ...purchases, ...orders.map(({ news }) => news)];
  }

  private async writeOrders(news: readonly OrderNews[], session: ClientSession): Promise<void> {
    if (news.length === 0) return;
    const byOrder = Map.groupBy(news, ({ transactionId }) => transactionId);
    const known = await this.collections.orders.find({ _id: { $in: [...byOrder.keys()] } }, { session }).toArray();
    const held = new Map(known.map(order => [order._id, order]));
    const after = Array.from(byOrder, ([_id, items]) => [_id, afterNews(held.get(_id), items)] as const);
    await writeStates(this.collections.orders, { held, ...changesOf(after) }, session);
  }

  private async writeActivity(interests: readonly Interest[], session: ClientSession): Promise<void> {
    if (interests.length === 0) return;
    const byCustomer = Map.groupBy(interests, ({ customerId }) => customerId);
    const known = await this.collections.activity.find({ _id: { $in: [...byCustomer.keys()] } }, { session }).toArray();
    const held = new Map(known.map(({ _id, recent }) => [_id, recent]));
    const changed = Array.from(byCustomer, ([_id, added]) => ({
      _id,
      recent: withInterests(held.get(_id) ?? [], added),
    }));
    await writeStates(this.collections.activity, { held, changed, removed: [] }, session);
  }

  private async writeDailyInterest(interests: readonly Interest[], session: ClientSession): Promise<void> {
    const daily = dailyInterest(interests, Date.now() - TREND_WINDOW_DAYS * DAY_MS);
    if (daily.length === 0) return;
    await this.collections.dailyInterest.bulkWrite(
      daily.map(({ _id, productId, day, views, carts }) => ({
        updateOne: { filter: { _id }, update: { $set: { productId, day }, $inc: { views, carts } }, upsert: true },
      })),
      { session, ordered: false },
    );
  }

  private async writeProfiles(items: readonly ProfileNews[], session: ClientSession): Promise<void> {
    if (items.length === 0) return;
    const byCustomer = Map.groupBy(items, item => (item.about === 'customer' ? item.id : item.news.customerId));
    const known = await this.collections.profiles.find({ _id: { $in: [...byCustomer.keys()] } }, { session }).toArray();
    const held = new Map(known.map(profile => [profile._id, profile]));
    const after = Array.from(byCustomer, ([_id, news]) => [_id, afterProfileNews(held.get(_id), news)] as const);
    await writeStates(this.collections.profiles, { held, ...changesOf(after) }, session);
    await this.forget(
      items.flatMap(item => (item.about === 'customer' && !item.registered ? [item.id] : [])),
      session,
    );
  }

  /** Takes out what a deleted customer did. */
  private async forget(customerIds: readonly string[], session: ClientSession): Promise<void> {
    if (customerIds.length === 0) return;
    await this.collections.activity.deleteMany({ _id: { $in: [...customerIds] } }, { session });
    await this.collections.orders.deleteMany({ customerIds: { $in: [...customerIds] } }, { session });
  }
}

function changesOf<T extends object>(after: readonly (readonly [string, T | undefined])[]) {
  return {
    changed: after.flatMap(([_id, state]) => (state ? [{ _id, ...state }] : [])),
    removed: after.flatMap(([_id, state]) => (state ? [] : [_id])),
  };
}

function dailyInterest(interests: readonly Interest[], sinceMs: number): DailyInterestDocument[] {
  const daily = new Map<string, DailyInterestDocument>();
  for (const { productId, kind, at } of interests) {
    if (kind === 'uncart' || at.getTime() < sinceMs) continue;
    const day = new Date(Math.floor(at.getTime() / DAY_MS) * DAY_MS);
    const _id = `${day.toISOString().slice(0, 10)}/${productId}`;
    const counts = daily.get(_id) ?? { _id, productId, day, views: 0, carts: 0 };
    if (kind === 'view') counts.views++;
    else counts.carts++;
    daily.set(_id, counts);
  }
  return [...daily.values()];
}
