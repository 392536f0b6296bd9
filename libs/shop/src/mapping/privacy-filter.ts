import { HmacSha256 } from './hmac-sha256.js';
import { elementsOf, fieldsOf, isArray, isObject } from './json-slices.js';
import { scalarText } from './scalar-text.js';

/** MongoDB's description of an update: the fields set (Extended JSON, by path), the paths removed, the arrays cut. */
export interface UpdateDescription {
  removedFields: readonly string[];
  updatedFields: string;
  truncatedArrays: readonly { field: string; size: number }[];
}

type Action = 'drop' | 'hash';

interface Node {
  action?: Action;
  children: Map<string, Node>;
}

/**
 * Leaves fields out of documents, and replaces others by their digest: HMAC-SHA-256 under a secret, in hex, of the value's text (so the number 5
 * and the text "5" have one digest). A path goes through arrays, as in MongoDB's queries: `lines.email` means that of every line. Null stays null.
 */
export class PrivacyFilter {
  private readonly root: Node = { children: new Map() };
  private readonly hmac: HmacSha256;

  constructor(drop: readonly string[], hash: readonly string[], secret: string) {
    this.hmac = new HmacSha256(secret);
    for (const path of hash) this.nodeAt(path).action = 'hash';
    for (const path of drop) this.nodeAt(path).action = 'drop';
  }

  /** A document, or part of one, in canonical Extended JSON. */
  document(text: string): string {
    return this.filtered(text, this.root);
  }

  /** An update without what it tells of the fields: of a part of a hashed value nothing is told. */
  update({ removedFields, updatedFields, truncatedArrays }: UpdateDescription): UpdateDescription {
    const fields = fieldsOf(updatedFields).flatMap(({ name, quotedName, value }) => {
      const nodes = this.nodesOf(name);
      if (nodes === undefined) return [];
      const kept = nodes.reduce<string | undefined>(
        (text, node) => (text === undefined ? undefined : this.value(text, node)),
        value,
      );
      return kept === undefined ? [] : [`${quotedName}:${kept}`];
    });
    return {
      removedFields: removedFields.filter(path => this.isTold(path)),
      updatedFields: `{${fields.join(',')}}`,
      truncatedArrays: truncatedArrays.filter(({ field }) => this.isTold(field)),
    };
  }

  private isTold(path: string): boolean {
    const nodes = this.nodesOf(path);
    return nodes !== undefined && nodes.every(({ action }) => action !== 'drop');
  }

  /** The nodes that a path of an update may mean (a number in it is an index or a name); undefined where it leads into a dropped or hashed value. */
  private nodesOf(path: string): Node[] | undefined {
    let nodes = [this.root];
    for (const segment of path.split('.')) {
      const isIndex = /^\d+$/.test(segment);
      if (nodes.some(({ action }) => action === 'drop' || (action === 'hash' && !isIndex))) return undefined;
      nodes = nodes.flatMap(node => {
        const child = node.children.get(segment);
        return [...(isIndex ? [node] : []), ...(child ? [child] : [])];
      });
    }
    return nodes;
  }

  private value(text: string, { action, children }: Node): string | undefined {
    if (action === 'drop') return undefined;
    if (action === 'hash') return this.digest(text);
    return children.size === 0 ? text : this.filtered(text, { children });
  }

  private filtered(text: string, node: Node): string {
    if (isArray(text))
      return `[${elementsOf(text)
        .map(element => this.filtered(element, node))
        .join(',')}]`;
    if (!isObject(text)) return text;
    const kept: string[] = [];
    for (const { name, quotedName, value } of fieldsOf(text)) {
      const child = node.children.get(name);
      const told = child ? this.value(value, child) : value;
      if (told !== undefined) kept.push(`${quotedName}:${told}`);
    }
    return `{${kept.join(',')}}`;
  }

  private digest(value: string): string {
    if (value === 'null') return value;
    if (isArray(value))
      return `[${elementsOf(value)
        .map(element => this.digest(element))
        .join(',')}]`;
    return `"${this.hmac.hex(scalarText(value) ?? value)}"`;
  }

  private nodeAt(path: string): Node {
    let node = this.root;
    for (const segment of path.split('.')) {
      const child = node.children.get(segment) ?? { children: new Map<string, Node>() };
      node.children.set(segment, child);
      node = child;
    }
    return node;
  }
}
