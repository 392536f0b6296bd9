import { bsonToExtendedJson, type ChangeEvent, type DocumentImage } from '@laurel/change-log';
import type { ShopMapping } from '@laurel/shop';

/**
 * A change of the shop's own collection as it is sent: id and documents in the canonical shape, without what must not leave. `collection` stays
 * the shop's name, which the envelope's source tells.
 */
export function translateChange(event: ChangeEvent, mapping: ShopMapping): ChangeEvent {
  const translation = mapping.translationOf(event.collection);
  if (!translation) return event;
  const { id, before, after, updateDescription: given, ...rest } = event;
  const updateDescription = given && translation.update(given);
  return {
    ...rest,
    id: translation.id(id),
    before: before === null ? null : translation.document(textOf(before)),
    after: after === null ? null : translation.document(textOf(after)),
    ...(updateDescription && { updateDescription }),
  };
}

function textOf(document: DocumentImage): string {
  return typeof document === 'string' ? document : bsonToExtendedJson(document);
}
