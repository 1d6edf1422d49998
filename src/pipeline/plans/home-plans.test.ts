import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Home, openHome } from '../../lake/index.ts';
import { stepKindNamed } from '../steps/index.ts';
import { daily } from './daily.ts';
import { planNamed, plansOf } from './home-plans.ts';
import { orderedSteps } from './ordered-steps.ts';
import type { PlanFeed } from './plan.ts';
import { weeklyRetrain } from './weekly-retrain.ts';

const feed = (id: string, more: Partial<PlanFeed> = {}): PlanFeed => ({
  ...{ id, recordKind: 'trade', simulated: false, askable: true, held: true, drop: false, ...more },
});
const scheduledFor = new Date('2026-11-28T21:10:00Z');

describe('the daily plan', () => {
  it('brings, checks and publishes every feed that the home holds, each on its own', () => {
    const feeds = [feed('demo', { simulated: true, askable: false }), feed('never', { held: false })];
    const steps = orderedSteps(daily, { scheduledFor, feeds }, stepKindNamed);
    expect(steps.map(({ id }) => id)).toEqual([
      'fetch.demo',
      'check.demo',
      'publish-conditions.demo',
      'snapshot.demo',
      'forecast.demo',
      'publish-forecasts.demo',
      'record-forecasts.demo',
      'score-forecasts.demo',
      'report',
      'alert',
    ]);
    expect(steps.at(-2)!.needs).toEqual(['score-forecasts.demo']);
    expect(orderedSteps(daily, { scheduledFor, feeds: [] }, stepKindNamed)).toEqual([]);
  });

  it('takes files of a drop folder in after fetching, and publishes no weather', () => {
    const feeds = [feed('a', { drop: true }), feed('w', { recordKind: 'observation' })];
    const needs = Object.fromEntries(
      orderedSteps(daily, { scheduledFor, feeds }, stepKindNamed).map((step) => [step.id, step.needs]),
    );
    expect(needs['ingest.a']).toEqual(['fetch.a']);
    expect(needs['check.a']).toEqual(['ingest.a']);
    expect(needs['check.w']).toEqual(['fetch.w']);
    expect(needs).not.toHaveProperty('publish-conditions.w');
  });
});

describe('the weekly plan', () => {
  it('judges, decides and forecasts all of each feed with prices anew', () => {
    const feeds = [feed('a'), feed('w', { recordKind: 'observation' }), feed('never', { held: false })];
    const steps = orderedSteps(weeklyRetrain, { scheduledFor, feeds }, stepKindNamed);
    expect(steps.map(({ id }) => id)).toEqual([
      'snapshot.a',
      'evaluate.a',
      'promote.a',
      'forecast.a',
      'publish-forecasts.a',
      'record-forecasts.a',
      'report',
      'alert',
    ]);
    expect(steps[3]?.params).toMatchObject({ only: 'all' });
  });
});

describe("a person's own plan", () => {
  let home: Home;
  beforeEach(() => {
    home = openHome(mkdtempSync(join(tmpdir(), 'sihwang-plans-')));
    mkdirSync(join(home.path, 'plans'));
  });
  afterEach(() => rmSync(home.path, { recursive: true, force: true }));
  const write = (name: string, text: string) => writeFileSync(join(home.path, 'plans', name), text);

  it('is a file of the home, beside those of this version', async () => {
    write(
      'mine.mjs',
      `export default { name: 'mine', version: 1, steps: ({ feeds }) =>
        feeds.map(({ id }) => ({ id: 'check.' + id, kind: 'check', needs: [], params: { feed: id } })) };`,
    );
    expect((await plansOf(home)).plans.map(({ plan }) => plan.name)).toEqual([
      'daily',
      'weekly-retrain',
      'mine',
    ]);
    const plan = await planNamed(home, 'mine');
    const steps = orderedSteps(plan, { scheduledFor, feeds: [feed('demo')] }, stepKindNamed);
    expect(steps[0]).toMatchObject({ id: 'check.demo', params: { feed: 'demo' } });
  });

  it.each([
    ['export const a = 1;', 'no default export'],
    ['export default { name: 1, version: 1, steps: () => [] };', 'name'],
    ["export default { name: 'x', version: 1, steps: [] };", 'not a function'],
    ['export default {', 'broken.mjs'],
    ["export default { name: 'daily', version: 1, steps: () => [] };", 'another plan named daily'],
  ])('is refused when it says %s', async (text, message) => {
    write('broken.mjs', text);
    write('good.mjs', "export default { name: 'good', version: 1, steps: () => [] };");
    const { plans, broken } = await plansOf(home);
    expect(plans.map(({ plan }) => plan.name)).toEqual(['daily', 'weekly-retrain', 'good']);
    expect(broken.map(({ path }) => basename(path))).toEqual(['broken.mjs']);
    expect(broken[0]!.error).toMatchObject({ code: 'PLAN_UNREADABLE' });
    expect(broken[0]!.error.message).toContain(message);
    // the others can be run all the same; whoever asks for it is told why it cannot
    expect(await planNamed(home, 'daily')).toMatchObject({ name: 'daily' });
    await expect(planNamed(home, 'broken')).rejects.toThrow(message);
    await expect(planNamed(home, 'nobody')).rejects.toMatchObject({
      ...{ code: 'PLAN_UNKNOWN', hint: expect.stringContaining('broken.mjs') },
    });
  });

  it('is refused in both files where two say the same name', async () => {
    for (const name of ['a.mjs', 'b.mjs'])
      write(name, "export default { name: 'twin', version: 1, steps: () => [] };");
    const { plans, broken } = await plansOf(home);
    expect(plans.map(({ plan }) => plan.name)).toEqual(['daily', 'weekly-retrain']);
    expect(broken.map(({ path }) => basename(path))).toEqual(['a.mjs', 'b.mjs']);
  });

  it('is refused when its steps are none', async () => {
    write(
      'odd.mjs',
      `export default { name: 'odd', version: 1, steps: () => [{ id: 'a', kind: 'check' }] };`,
    );
    const plan = await planNamed(home, 'odd');
    expect(() => orderedSteps(plan, { scheduledFor, feeds: [] }, stepKindNamed)).toThrow('0.needs');
  });

  it('that nobody knows is refused with those that there are', async () => {
    await expect(planNamed(home, 'nobody')).rejects.toMatchObject({ code: 'PLAN_UNKNOWN' });
    await expect(planNamed(home, 'nobody')).rejects.toThrow('no plan nobody');
  });
});
