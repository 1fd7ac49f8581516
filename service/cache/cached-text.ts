import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const gzipText = promisify(gzip);
const brotliText = promisify(brotliCompress);

export type Encoding = 'br' | 'gzip';

/** A JSON body that many readers share: its entity tag and compressed forms are made once, when first asked for. */
export class CachedText {
  #etag: string | undefined;
  readonly #encoded = new Map<Encoding, Promise<Buffer>>();

  constructor(readonly text: string) {}

  /** Weak, since one tag stands for all encodings: https://www.rfc-editor.org/rfc/rfc9110#section-8.8.1 */
  get etag(): string {
    this.#etag ??= `W/"${createHash('sha1').update(this.text).digest('base64url')}"`;
    return this.#etag;
  }

  encoded(encoding: Encoding): Promise<Buffer> {
    let body = this.#encoded.get(encoding);
    if (body === undefined) {
      body = encoding === 'gzip' ? gzipText(this.text, { level: 6 }) : brotliText(this.text, brotliOptions);
      this.#encoded.set(encoding, body);
    }
    return body;
  }
}

/**
 * Quality 4 compresses JSON better than gzip at about its speed; the default of 11 is for files made once. A window as
 * large as the largest cached text: the default of 4 MiB takes 16 MiB of memory.
 */
const brotliOptions = {
  params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_LGWIN]: 20 },
};
