import { describe, expect, it } from 'vitest';
import { CALENDAR_COLUMNS, OBSERVATION_COLUMNS, QUOTE_COLUMNS, TRADE_COLUMNS } from '../domain/index.ts';
import { feedById, feeds, handOver, recogniseShape } from './index.ts';
import type { Condition, Expression } from './rules/condition.ts';

function columnsOfExpression(expression: Expression): string[] {
  if (expression.kind === 'col') return [expression.name];
  if (expression.kind === 'const' || expression.kind === 'date') return [];
  return [...columnsOfExpression(expression.left), ...columnsOfExpression(expression.right)];
}

function columnsOf(condition: Condition): string[] {
  switch (condition.kind) {
    case 'compare':
      return [...columnsOfExpression(condition.left), ...columnsOfExpression(condition.right)];
    case 'and':
    case 'or':
      return condition.all.flatMap(columnsOf);
    case 'not':
      return columnsOf(condition.of);
    default:
      return columnsOfExpression(condition.of);
  }
}

const COLUMNS = {
  trade: TRADE_COLUMNS,
  quote: QUOTE_COLUMNS,
  observation: OBSERVATION_COLUMNS,
  calendar: CALENDAR_COLUMNS,
};

describe('the registry of feeds', () => {
  it('finds each by its id, which is its own', () => {
    for (const feed of feeds) expect(feedById(feed.profile.id)).toBe(feed);
    expect(feedById('no-such-feed')).toBeUndefined();
  });
});

describe.each(feeds.map((feed) => [feed.profile.id, feed] as const))('%s', (_id, feed) => {
  const columns = Object.keys(COLUMNS[feed.profile.recordKind]);

  it('makes every column of its records from each published form, and no other', () => {
    for (const shape of feed.shapes) expect(Object.keys(shape.project).sort()).toEqual([...columns].sort());
  });

  it('asks in its rules only for columns that every form has', () => {
    const wanted = feed.rules.flatMap((rule) => columnsOf(rule.when));
    for (const shape of feed.shapes) {
      const has = new Set([...columns, ...Object.keys(shape.evidence ?? {})]);
      expect(wanted.filter((name) => !has.has(name))).toEqual([]);
    }
  });

  it('gives each reason once, in both languages', () => {
    const ids = feed.rules.map((rule) => rule.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { says } of feed.rules) expect(says.ko !== '' && says.en !== '').toBe(true);
  });

  it('knows each form by its header alone', () => {
    for (const shape of feed.shapes) {
      const line = shape.header.join(shape.delimiter);
      expect(recogniseShape(feed, line)).toBe(shape);
      expect(recogniseShape(feed, `\uFEFF${line}\r`)).toBe(shape);
      expect(recogniseShape(feed, shape.header.map((name) => `"${name}"`).join(` ${shape.delimiter}`))).toBe(
        shape,
      );
      expect(recogniseShape(feed, `${line}${shape.delimiter}more`)).toBeUndefined();
      expect(recogniseShape(feed, shape.header.slice(1).join(shape.delimiter))).toBeUndefined();
      expect(handOver(feed, shape).rules).toHaveLength(feed.rules.length);
    }
    expect(recogniseShape(feed, '')).toBeUndefined();
  });
});
