import type { DocumentShape } from './document-shape.js';
import type { PrivacyFilter, UpdateDescription } from './privacy-filter.js';
import { scalarText } from './scalar-text.js';

/** What becomes of a collection's changes before they are sent. Documents and ids are canonical Extended JSON; none of it throws. */
export class DocumentTranslation {
  /** `shape` is undefined where the collection has the canonical shape already. */
  constructor(
    private readonly privacy: PrivacyFilter | undefined,
    private readonly shape: DocumentShape | undefined,
  ) {}

  /** A document's `_id`: in the canonical shape it is a text. */
  id(id: string): string {
    return this.shape ? textId(id) : id;
  }

  /** A document, without what must not leave, in the canonical shape. What cannot be translated stays as the shop has it. */
  document(text: string): string {
    const told = this.privacy ? this.privacy.document(text) : text;
    return this.shape ? this.shape.object(told) : told;
  }

  /** The description of an update; none where it would speak of another shape than the document. */
  update(description: UpdateDescription): UpdateDescription | undefined {
    if (this.shape) return undefined;
    return this.privacy ? this.privacy.update(description) : description;
  }
}

/** An id as the text that a canonical document has in its place. */
export function textId(id: string): string {
  const text = id === 'true' || id === 'false' ? undefined : scalarText(id);
  return text === undefined ? id : JSON.stringify(text);
}
