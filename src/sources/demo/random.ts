/** Mixes whole numbers into 32 bits (the finaliser of MurmurHash3 after each part): equal parts, equal hash. */
function hash32(...parts: readonly number[]): number {
  let hash = 0x9e3779b9;
  for (const part of parts) {
    hash ^= part | 0;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
    hash = (hash + 0x6d2b79f5) | 0;
  }
  return hash >>> 0;
}

/** A number in [0, 1) that depends on the parts alone: for traits that must not depend on what was drawn before. */
export function hashUniform(...parts: readonly number[]): number {
  return hash32(...parts) / 0x1_0000_0000;
}

/** Standard normal from the parts alone (Box–Muller). */
export function hashNormal(...parts: readonly number[]): number {
  const radius = Math.sqrt(-2 * Math.log(1 - hashUniform(...parts, 1)));
  return radius * Math.cos(2 * Math.PI * hashUniform(...parts, 2));
}

/**
 * A small fast generator (sfc32, Chris Doty-Humphrey's PractRand) that is reseeded every market day, so a day's lots
 * depend on the seed and the day, never on where a run began.
 */
export class Random {
  #a = 0;
  #b = 0;
  #c = 0;
  #counter = 1;

  reseed(...parts: readonly number[]): void {
    this.#a = hash32(...parts, 11);
    this.#b = hash32(...parts, 23);
    this.#c = hash32(...parts, 37);
    this.#counter = 1;
    for (let warm = 0; warm < 12; warm += 1) this.#next();
  }

  /** In [0, 1). */
  uniform(): number {
    return (this.#next() >>> 0) / 0x1_0000_0000;
  }

  /** A whole number in [0, bound). */
  below(bound: number): number {
    return Math.floor(this.uniform() * bound);
  }

  /**
   * About standard normal: the four bytes of one draw added up (Irwin–Hall), mean 0, variance 1, never beyond ±3.5.
   * The bounded tail is wanted: a lot's noise must not look like a price error.
   */
  normal(): number {
    const bits = this.#next();
    const sum = (bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24);
    return (sum - 510) / BYTE_SUM_DEVIATION;
  }

  #next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    this.#c |= 0;
    return sum;
  }
}

/** Standard deviation of the sum of four even draws from 0…255. */
const BYTE_SUM_DEVIATION = Math.sqrt((4 * (256 * 256 - 1)) / 12);
