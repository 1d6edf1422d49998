const CHUNK_BYTES = 1 << 20;
/** No row is longer: room that is left before a chunk is handed over. */
const LONGEST_ROW_BYTES = 4_096;
const ZERO = 48;
const COLON = 58;

const encoder = new TextEncoder();

/** UTF-8 bytes of a piece of a row that many rows share. */
export function bytesOf(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Writes CSV bytes into one large buffer after another; whole numbers and ready pieces are written without making strings. */
export class RowWriter {
  #buffer = new Uint8Array(CHUNK_BYTES);
  #at = 0;

  get full(): boolean {
    return this.#at > CHUNK_BYTES - LONGEST_ROW_BYTES;
  }

  /** Everything since the last call; the bytes belong to the caller. */
  take(): Uint8Array {
    const taken = this.#buffer.subarray(0, this.#at);
    this.#buffer = new Uint8Array(CHUNK_BYTES);
    this.#at = 0;
    return taken;
  }

  text(text: string): void {
    this.#at += encoder.encodeInto(text, this.#buffer.subarray(this.#at)).written;
  }

  piece(bytes: Uint8Array): void {
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  byte(code: number): void {
    this.#buffer[this.#at++] = code;
  }

  /** A whole number from 0 to 2^53, at least `width` digits. */
  whole(value: number, width = 1): void {
    let digits = 1;
    for (let bound = 10; value >= bound; bound *= 10) digits += 1;
    if (digits < width) digits = width;
    const buffer = this.#buffer;
    const end = this.#at + digits;
    let rest = value;
    for (let at = end - 1; at >= this.#at; at -= 1) {
      const tenth = Math.floor(rest / 10);
      buffer[at] = ZERO + rest - 10 * tenth;
      rest = tenth;
    }
    this.#at = end;
  }

  /** `HH:MM` of a minute of the day. */
  clock(minuteOfDay: number): void {
    const hours = Math.floor(minuteOfDay / 60);
    this.whole(hours, 2);
    this.byte(COLON);
    this.whole(minuteOfDay - 60 * hours, 2);
  }
}
