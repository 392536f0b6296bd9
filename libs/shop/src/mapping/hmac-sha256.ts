import { hash } from 'node:crypto';

const BLOCK_BYTES = 64;

/**
 * HMAC-SHA-256 under one key, for many short texts: the same digests as `createHmac`, without an object for each.
 *
 * @see https://www.rfc-editor.org/rfc/rfc2104
 */
export class HmacSha256 {
  private readonly inner: Buffer;
  private readonly outer: Buffer;

  constructor(key: string) {
    const bytes = Buffer.from(key);
    const block = Buffer.alloc(BLOCK_BYTES);
    (bytes.length > BLOCK_BYTES ? hash('sha256', bytes, 'buffer') : bytes).copy(block);
    this.inner = Buffer.from(block.map(byte => byte ^ 0x36));
    this.outer = Buffer.from(block.map(byte => byte ^ 0x5c));
  }

  /** The digest of a text's UTF-8, in hex. */
  hex(text: string): string {
    const digest = hash('sha256', Buffer.concat([this.inner, Buffer.from(text)]), 'buffer');
    return hash('sha256', Buffer.concat([this.outer, digest]), 'hex');
  }
}
