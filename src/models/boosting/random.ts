/** Numbers in [0, 1), the same ones for the same seed: xoshiro128**, seeded by splitmix32. */
export function randomFrom(seed: number): () => number {
  let spread = seed | 0;
  const word = (): number => {
    spread = (spread + 0x9e3779b9) | 0;
    let mixed = spread ^ (spread >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
  let a = word();
  let b = word();
  let c = word();
  let d = word();
  return () => {
    const product = Math.imul(b, 5);
    const answer = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return answer / 4294967296;
  };
}

/**
 * Writes `take` of the numbers 0..total-1 into `chosen`, ascending, and the others into `others`, ascending; every
 * subset is equally likely (Knuth, The Art of Computer Programming 2, 3.4.2, algorithm S).
 */
export function chooseOf(
  total: number,
  take: number,
  random: () => number,
  chosen: Uint32Array,
  others?: Uint32Array,
): void {
  let taken = 0;
  for (let at = 0; at < total; at++) {
    if (random() * (total - at) < take - taken) chosen[taken++] = at;
    else if (others) others[at - taken] = at;
  }
}
