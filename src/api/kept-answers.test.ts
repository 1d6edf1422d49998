import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { KeptAnswers, type PackedBody, packBody, plainBytes } from './kept-answers.ts';

const body = (text: string) => packBody({ type: 'application/json', text, headers: { 'X-Test': '1' } });

test('a long answer is packed and comes back as it was, a short one is left alone', async () => {
  const long = JSON.stringify(Array.from({ length: 500 }, (_, index) => ({ 이름: '배추', index })));
  for (const [text, isGzip] of [
    [long, true],
    ['{"이름":"무"}', false],
    ['', false],
  ] as const) {
    const packed = await body(text);
    expect(packed).toMatchObject({ type: 'application/json', isGzip, headers: { 'X-Test': '1' } });
    expect(Buffer.from(await plainBytes(packed)).toString()).toBe(text);
    // nothing else is held in memory with it
    expect(packed.bytes.buffer.byteLength).toBe(packed.bytes.byteLength);
  }
  expect((await body(long)).bytes.byteLength).toBeLessThan(long.length / 5);
});

test('as many are kept as there is room for, those asked for last', async () => {
  const kept = new KeptAnswers(10_000);
  const one = async (): Promise<PackedBody> => body(randomBytes(1500).toString('latin1'));
  const large = await Promise.all([one(), one(), one(), one(), one(), one()]);
  large.forEach((each, index) => {
    kept.keep(`${index}`, each);
    kept.get('0');
  });
  const held = large.map((each, index) => kept.get(`${index}`) === each);
  expect(held[0]).toBe(true);
  expect(held[1]).toBe(false);
  expect(held.at(-1)).toBe(true);
  const bytes = large.reduce((sum, each, index) => sum + (held[index] ? each.bytes.byteLength : 0), 0);
  expect(bytes).toBeLessThanOrEqual(10_000);
});

test('kept twice under one tag counts once, and what is larger than all the room is not kept', async () => {
  const kept = new KeptAnswers(5_000);
  const [first, second, other] = await Promise.all(['1', '2', '3'].map((text) => body(text.repeat(800))));
  for (let round = 0; round < 20; round++) kept.keep('same', round % 2 === 0 ? first! : second!);
  kept.keep('other', other!);
  expect([kept.get('same'), kept.get('other')]).toEqual([second, other]);
  kept.keep('huge', await body(randomBytes(20_000).toString('hex')));
  expect(kept.get('huge')).toBeUndefined();
});
