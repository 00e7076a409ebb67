// A file that is made while it is sent: the same seed gives the same bytes, from any offset, and nothing of it is kept.
// AES in counter mode over zeros is a generator that can begin anywhere and costs less than a copy.
import { createCipheriv, createHash } from 'node:crypto';
import { Readable } from 'node:stream';

const piece = 64 << 10;
const zeros = Buffer.alloc(piece);

export class Content {
  #key;
  #hash = createHash('sha256');
  #hashed = 0;

  /** @param {string} seed what makes it this file  @param {number} size bytes */
  constructor(seed, size) {
    this.size = size;
    this.#key = createHash('sha256').update(seed).digest().subarray(0, 16);
  }

  /** Bytes from start up to end. rate: bytes a second, 0 for as fast as they are taken. onBytes(n): told for each piece that is taken. */
  stream(start, end, { rate = 0, onBytes = () => {} } = {}) {
    return new ContentStream(this, this.#generator(start), start, end, rate, onBytes);
  }

  /** Bytes from start up to end at once; for small pieces. */
  bytes(start, end) {
    const generator = this.#generator(start);
    const pieces = [];
    for (let at = start; at < end;) {
      const next = generator(Math.min(piece, end - at));
      this.saw(at, next);
      pieces.push(next);
      at += next.length;
    }

    return Buffer.concat(pieces);
  }

  /** Counts each byte into the digest once, whatever is sent again. */
  saw(at, bytes) {
    const end = at + bytes.length;
    if (at <= this.#hashed && end > this.#hashed) {
      this.#hash.update(bytes.subarray(this.#hashed - at));
      this.#hashed = end;
    }
  }

  /** The digest of the whole file, or null where not all of it was ever taken. */
  sha256() {
    return this.#hashed === this.size ? this.#hash.copy().digest('hex') : null;
  }

  #generator(start) {
    const counter = Buffer.alloc(16);
    counter.writeBigUInt64BE(BigInt(Math.floor(start / 16)), 8);
    const cipher = createCipheriv('aes-128-ctr', this.#key, counter);
    if (start % 16 > 0) {
      cipher.update(zeros.subarray(0, start % 16));
    }

    return (count) => cipher.update(zeros.subarray(0, count));
  }
}

class ContentStream extends Readable {
  #content;
  #generator;
  #at;
  #end;
  #rate;
  #onBytes;
  #piece;
  #due = 0;
  #timer = null;

  constructor(content, generator, start, end, rate, onBytes) {
    super({ highWaterMark: rate > 0 ? 1 : 2 * piece });
    this.#content = content;
    this.#generator = generator;
    this.#at = start;
    this.#end = Math.min(end, content.size);
    this.#rate = rate;
    this.#onBytes = onBytes;
    // A slow client sends four pieces a second, as a thin line would.
    this.#piece = rate > 0 ? Math.min(piece, Math.max(1, Math.floor(rate / 4))) : piece;
  }

  _read() {
    const wait = this.#rate > 0 ? this.#due - Date.now() : 0;
    if (wait > 0) {
      this.#timer = setTimeout(() => this.#give(), wait);
    } else {
      this.#give();
    }
  }

  _destroy(error, done) {
    clearTimeout(this.#timer);
    done(error);
  }

  #give() {
    const count = Math.min(this.#piece, this.#end - this.#at);
    if (count <= 0) {
      this.push(null);
      return;
    }

    const bytes = this.#generator(count);
    this.#content.saw(this.#at, bytes);
    this.#at += count;
    this.#onBytes(count);
    if (this.#rate > 0) {
      this.#due = Math.max(this.#due, Date.now()) + (count * 1000) / this.#rate;
    }

    this.push(bytes);
  }
}
