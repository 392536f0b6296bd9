import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';

const PUBLIC_KEY_BYTES = 44;
const TAG_BYTES = 16;
/** A key seals one message, so that the nonce need not differ. */
const NONCE = Buffer.alloc(12);

/** Keys for one answer: who has the public one seals, only who made them opens. */
export interface SealingKeys {
  publicKey: string;
  /** @throws Error when the message was not sealed for these keys, or altered since. */
  open(sealed: Uint8Array): Buffer;
}

/** New keys; the private one lives in this object alone. */
export function sealingKeys(): SealingKeys {
  const { publicKey, privateKey } = generateKeyPairSync('x25519', {
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  });
  const own = createPrivateKey({ key: privateKey, type: 'pkcs8', format: 'der' });
  return {
    publicKey: publicKey.toString('base64'),
    open: sealed => {
      const bytes = Buffer.from(sealed);
      const sender = bytes.subarray(0, PUBLIC_KEY_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', sharedKey(own, sender, publicKey), NONCE);
      decipher.setAuthTag(bytes.subarray(PUBLIC_KEY_BYTES, PUBLIC_KEY_BYTES + TAG_BYTES));
      return Buffer.concat([decipher.update(bytes.subarray(PUBLIC_KEY_BYTES + TAG_BYTES)), decipher.final()]);
    },
  };
}

/** Seals a message (X25519 with a key of its own, HKDF-SHA-256, AES-256-GCM). */
export function seal(publicKey: string, message: Uint8Array): Buffer {
  const receiver = Buffer.from(publicKey, 'base64');
  const once = generateKeyPairSync('x25519');
  const sender = once.publicKey.export({ type: 'spki', format: 'der' });
  const cipher = createCipheriv('aes-256-gcm', sharedKey(once.privateKey, receiver, receiver, sender), NONCE);
  const body = Buffer.concat([cipher.update(message), cipher.final()]);
  return Buffer.concat([sender, cipher.getAuthTag(), body]);
}

/** Both sides derive it: from their own private key, the other's public one, and both public ones (receiver's, then sender's) as context. */
function sharedKey(own: KeyObject, other: Buffer, receiver: Buffer, sender: Buffer = other): Buffer {
  const secret = diffieHellman({
    privateKey: own,
    publicKey: createPublicKey({ key: other, type: 'spki', format: 'der' }),
  });
  return Buffer.from(hkdfSync('sha256', secret, Buffer.concat([receiver, sender]), 'laurel subject access', 32));
}
