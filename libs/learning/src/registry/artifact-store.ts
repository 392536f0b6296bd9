import { createHash } from 'node:crypto';
import { GridFSBucket, ObjectId, type Db } from 'mongodb';
import { ArtifactMismatchError } from './registry-errors.js';
import type { ModelRecord } from './model-record.js';

/** Model artifacts in GridFS, checked against their SHA-256 whenever they are read. */
export class ArtifactStore {
  readonly #bucket: GridFSBucket;

  constructor(db: Db) {
    this.#bucket = new GridFSBucket(db, { bucketName: 'model_artifacts' });
  }

  async write(name: string, bytes: Uint8Array): Promise<ModelRecord['artifact']> {
    const upload = this.#bucket.openUploadStream(name);
    await new Promise<void>((resolve, reject) => {
      upload.once('finish', resolve);
      upload.once('error', reject);
      upload.end(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    });
    return { sha256: sha256(bytes), bytes: bytes.length, fileId: upload.id.toHexString() };
  }

  /** @throws ArtifactMismatchError when the stored bytes are missing or not those that were registered. */
  async read({ name, version, artifact }: ModelRecord): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(artifact.bytes);
    let at = 0;
    try {
      for await (const chunk of this.#bucket.openDownloadStream(new ObjectId(artifact.fileId))) {
        const part: unknown = chunk;
        if (!(part instanceof Uint8Array) || at + part.length > bytes.length) break;
        bytes.set(part, at);
        at += part.length;
      }
    } catch (error) {
      throw new ArtifactMismatchError(`Artifact of ${name} version ${version} can't be read; train it again.`, {
        cause: error,
      });
    }
    const found = sha256(bytes);
    if (at !== artifact.bytes || found !== artifact.sha256) {
      throw new ArtifactMismatchError(
        `Artifact of ${name} version ${version} has SHA-256 ${found}, registered was ${artifact.sha256}; ` +
          'it is not served. Train again, or promote another version.',
      );
    }
    return bytes;
  }

  async remove(fileId: string): Promise<void> {
    await this.#bucket.delete(new ObjectId(fileId));
  }
}

/** Hex SHA-256 of bytes or text. */
export function sha256(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}
