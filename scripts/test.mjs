// Everything that can be tested on this machine, stage by stage with its time: npm test [stage …].
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** What each stage shows, in the order of how soon it can fail. */
const STAGES = {
  unit: 'rules and functions, beside their sources',
  contract: 'what every feed and every state store must keep to',
  golden: 'published files in, pinned outcomes out',
  smoke: 'the main job in small, as a user runs it',
  journey: 'whole ways through the product: start, ingest, forecast, backtest',
  browser: 'the pages in a real Chromium',
  aws: 'jobs on a double of AWS that speaks the real protocols',
  chaos: 'kill -9, full disk, bad bytes, two writers',
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in STAGES));
if (unknown.length > 0) {
  console.error(`no stage ${unknown.join(', ')}; there are ${Object.keys(STAGES).join(', ')}`);
  process.exit(2);
}
const data = process.env.SIHWANG_TEST_DATA ?? '../shared/data';
if (!existsSync(data))
  console.log(`real price files are not at ${data} (SIHWANG_TEST_DATA): tests that need them are skipped`);
let failed = 0;
for (const [name, what] of Object.entries(STAGES)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.log(`── ${name}: ${what}`);
  const began = Date.now();
  const { status } = spawnSync(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--project', name],
    { stdio: 'inherit' },
  );
  console.log(`── ${name}: ${((Date.now() - began) / 1000).toFixed(0)} s`);
  if (status !== 0) failed++;
}
process.exit(failed === 0 ? 0 : 1);
