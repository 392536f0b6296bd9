import { createHash, createHmac } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { type Settings, SettingsError } from '@laurel/service/settings';
import { SHOP_COLLECTIONS, type ShopCollection } from '../shop-collection.js';
import { canonicalFields } from './canonical-fields.js';
import { DocumentShape } from './document-shape.js';
import { DocumentTranslation } from './document-translation.js';
import { parseMapping, ShopMappingError } from './mapping-file.js';
import type { CollectionRule, MappingRules } from './mapping-schema.js';
import { PrivacyFilter } from './privacy-filter.js';

const MIN_SECRET_LENGTH = 16;

/** Which of a shop's collections are captured, under which names the shop keeps them, and how their documents become canonical ones. */
export class ShopMapping {
  /** The canonical collections that are captured. */
  readonly collections: readonly ShopCollection[];
  /** Tells two mappings apart that send different things; undefined for the canonical shop, sent as it is. */
  readonly fingerprint: string | undefined;
  private readonly sources: ReadonlyMap<ShopCollection, string>;
  private readonly names: ReadonlyMap<string, ShopCollection>;
  private readonly translations = new Map<string, DocumentTranslation>();
  private readonly shapes = new Map<ShopCollection, DocumentTranslation>();

  private constructor({ collections: rules = {} }: MappingRules, secret: string) {
    this.collections = SHOP_COLLECTIONS.filter(collection => !rules[collection]?.omit);
    this.sources = new Map(this.collections.map(collection => [collection, rules[collection]?.from ?? collection]));
    this.names = new Map(Array.from(this.sources, ([collection, source]) => [source, collection]));
    for (const [collection, source] of this.sources) {
      const translation = translationOf(collection, rules[collection] ?? {}, secret);
      if (translation) this.translations.set(source, translation);
      const shape = shapeOf(collection, rules[collection] ?? {});
      if (shape) this.shapes.set(collection, new DocumentTranslation(undefined, shape));
    }
    const asItIs = this.translations.size === 0 && this.collections.length === SHOP_COLLECTIONS.length;
    const hashes = this.collections.some(collection => rules[collection]?.hash?.length);
    this.fingerprint = asItIs ? undefined : fingerprintOf(rules, hashes ? secret : '');
  }

  /** The canonical shop: four collections, sent as they are. */
  static readonly NONE = new ShopMapping({}, '');

  /**
   * The mapping of a YAML text; `file` names it in errors. `secret` is the key of digests, needed where a field is hashed.
   *
   * @throws ShopMappingError
   */
  static parse(yaml: string, file: string, secret?: string): ShopMapping {
    const rules = parseMapping(yaml, file);
    const hashing = SHOP_COLLECTIONS.filter(collection => rules.collections?.[collection]?.hash?.length);
    if (hashing.length > 0 && secret === undefined) {
      throw new ShopMappingError([
        `${file} hashes fields of ${hashing.join(', ')}, which needs a secret. Set LAUREL_HASH_SECRET to one of ${MIN_SECRET_LENGTH} signs or more, or to a file that holds it`,
      ]);
    }
    return new ShopMapping(rules, secret ?? '');
  }

  /**
   * The mapping of the settings' file; the canonical shop where none was named and the usual one is not there.
   *
   * @throws ShopMappingError, SettingsError
   */
  static read({
    configFile,
    configGiven,
    hashSecret,
  }: Pick<Settings, 'configFile' | 'configGiven' | 'hashSecret'>): ShopMapping {
    if (!existsSync(configFile)) {
      if (!configGiven) return ShopMapping.NONE;
      throw new SettingsError([`LAUREL_CONFIG="${configFile}" is not usable. Allowed: a file that is there`]);
    }
    return ShopMapping.parse(textOf('LAUREL_CONFIG', configFile), configFile, hashSecret && secretOf(hashSecret));
  }

  /** Whether any change needs translation at all. */
  get translates(): boolean {
    return this.translations.size > 0;
  }

  /** The names of the captured collections in the shop's database. */
  get sourceNames(): string[] {
    return [...this.sources.values()];
  }

  /** The shop's name of a collection. */
  sourceOf(collection: ShopCollection): string {
    return this.sources.get(collection) ?? collection;
  }

  /** The canonical name of one of the shop's collections, or undefined where it is not captured. */
  collectionOf(source: string): ShopCollection | undefined {
    return this.names.get(source);
  }

  /**
   * The shape alone, for documents that are looked up in the shop at the moment they are needed and kept nowhere: what is left out or hashed
   * elsewhere stays readable. Undefined where the shop has the canonical shape.
   */
  lookUpOf(collection: ShopCollection): DocumentTranslation | undefined {
    return this.shapes.get(collection);
  }

  /** What becomes of the documents of one of the shop's collections; undefined where they are sent as they are. */
  translationOf(source: string): DocumentTranslation | undefined {
    return this.translations.get(source);
  }
}

function translationOf(
  collection: ShopCollection,
  rule: CollectionRule,
  secret: string,
): DocumentTranslation | undefined {
  const { drop = [], hash = [] } = rule;
  const privacy = drop.length + hash.length > 0 ? new PrivacyFilter(drop, hash, secret) : undefined;
  const shape = shapeOf(collection, rule);
  return privacy || shape ? new DocumentTranslation(privacy, shape) : undefined;
}

function shapeOf(collection: ShopCollection, { from, fields, others }: CollectionRule): DocumentShape | undefined {
  if ((from ?? collection) === collection && fields === undefined && others === undefined) return undefined;
  const all = { _id: { kind: 'text', required: true }, ...canonicalFields(collection) } as const;
  return new DocumentShape(all, fields ?? {}, others !== 'drop');
}

function fingerprintOf(rules: NonNullable<MappingRules['collections']>, secret: string): string {
  const hash = secret === '' ? createHash('sha256') : createHmac('sha256', secret);
  return hash
    .update(`laurel mapping 1 ${JSON.stringify(rules)}`)
    .digest('hex')
    .slice(0, 32);
}

function secretOf(given: string): string {
  const secret = existsSync(given) ? textOf('LAUREL_HASH_SECRET', given).trim() : given;
  if (secret.length >= MIN_SECRET_LENGTH) return secret;
  throw new SettingsError([
    `LAUREL_HASH_SECRET has ${secret.length} signs. Allowed: ${MIN_SECRET_LENGTH} or more, or a file that holds them`,
  ]);
}

function textOf(setting: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw new SettingsError([
      `${setting} names ${setting === 'LAUREL_CONFIG' ? `${file}, which` : 'a file that'} cannot be read (${reason}). Allowed: a readable file`,
    ]);
  }
}
