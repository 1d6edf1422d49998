// What takes too long for every change: npm run test:long [stage …] [--skip-scale]. The seed is printed and kept in the
// report; SIHWANG_SEED repeats it. SIHWANG_KILLS, SIHWANG_PROPERTY_ROUNDS, SIHWANG_PAIRS,
// SIHWANG_QUEUED_JOBS, SIHWANG_SHARDS, SIHWANG_PROCESSES, SIHWANG_FAULT_RUNS and SIHWANG_SCALE_LOTS set the amounts.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { runImageWithoutEngine } from './image-without-engine.mjs';
import { replayByAnotherVersion } from './other-duckdb.mjs';

const REPORT = 'test/long-report.json';
const seed = Number(process.env.SIHWANG_SEED ?? Math.floor(Math.random() * 2 ** 31));
const kills = Number(process.env.SIHWANG_KILLS ?? 1000);
const rounds = Number(process.env.SIHWANG_PROPERTY_ROUNDS ?? 20);
const pairs = Number(process.env.SIHWANG_PAIRS ?? 2000);
const roundsOfRuns = Number(process.env.SIHWANG_RUN_KILLS ?? 200);
const queued = Number(process.env.SIHWANG_QUEUED_JOBS ?? 10_000);
const shards = Number(process.env.SIHWANG_SHARDS ?? 5000);
const processes = Number(process.env.SIHWANG_PROCESSES ?? 5000);
const faultRuns = Number(process.env.SIHWANG_FAULT_RUNS ?? 500);
const lots = Number(process.env.SIHWANG_SCALE_LOTS ?? 50_000_000);

const STAGES = {
  kills: runKills,
  runs: killRuns,
  properties: runProperties,
  quality: runQuality,
  evidence: runEvidence,
  versions: replayByAnotherVersion,
  jobs: runJobs,
  image: runImageWithoutEngine,
  runners: runRunners,
  batch: runBatch,
  controllers: runControllers,
  processes: () => runAsProcesses(),
  scale: runScale,
};
const asked = process.argv.slice(2).filter((word) => word !== '--skip-scale');
const unknown = asked.filter((name) => !(name in STAGES));
if (unknown.length > 0) {
  console.error(`no stage ${unknown.join(', ')}; there are ${Object.keys(STAGES).join(', ')}`);
  process.exit(2);
}
const chosen = Object.keys(STAGES).filter(
  (name) =>
    (asked.length === 0 || asked.includes(name)) &&
    !(name === 'scale' && process.argv.includes('--skip-scale')),
);
console.log(`seed ${seed}; stages: ${chosen.join(', ')}`);
const commit = execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).trim();
let failed = 0;
for (const name of chosen) {
  console.log(`── ${name}`);
  const began = Date.now();
  const figures = STAGES[name]();
  if (!figures.passed) failed++;
  const seconds = Math.round((Date.now() - began) / 1000);
  keep(name, {
    date: new Date().toISOString(),
    commit,
    seed,
    cores: availableParallelism(),
    seconds,
    ...figures,
  });
  console.log(`── ${name}: ${seconds} s, ${figures.passed ? 'held' : 'did not hold'}`);
}
process.exit(failed === 0 ? 0 : 1);

/** Each stage stands in the report with its own date, commit and seed, so that stages may be run apart. */
function keep(name, figures) {
  const before = existsSync(REPORT) ? JSON.parse(readFileSync(REPORT, 'utf8')) : { stages: {} };
  const stages = { ...before.stages, [name]: figures };
  const notRun = Object.keys(STAGES).filter((one) => !(one in stages));
  writeFileSync(REPORT, `${JSON.stringify({ lastRun: chosen, notRun, stages }, null, 2)}\n`);
}

function vitest(project, filters, env) {
  const { status } = spawnSync(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--project', project, ...filters],
    { stdio: 'inherit', env: { ...process.env, ...env } },
  );
  return status === 0;
}

/** Kills at random, and at each named point of an ingest and a fetch more often than in CI. */
function runKills() {
  const folder = mkdtempSync(join(tmpdir(), 'sihwang-long-'));
  const file = join(folder, 'figures.json');
  try {
    const passed = vitest('chaos', ['test/chaos/random-kills.test.ts'], {
      SIHWANG_KILLS: String(kills),
      SIHWANG_SEED: String(seed),
      SIHWANG_FIGURES: file,
    });
    const named = vitest('chaos', ['test/chaos/kill-ingest.test.ts', 'test/chaos/kill-fetch.test.ts'], {
      SIHWANG_WHOLE_SUITES: '1',
    });
    if (!existsSync(file)) return { passed: false, kills: 0 };
    const { lost, doubled, torn, failed: broken, ...counts } = JSON.parse(readFileSync(file, 'utf8'));
    const faults = { lost: lost.length, doubled: doubled.length, torn: torn.length, failed: broken.length };
    return { passed: passed && named, namedPointsHeld: named, ...counts, ...faults };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Daily runs whose orchestrator, steps and PostgreSQL are killed. */
function killRuns() {
  const folder = mkdtempSync(join(tmpdir(), 'sihwang-long-'));
  const file = join(folder, 'figures.json');
  try {
    const passed = vitest('chaos', ['test/chaos/kill-runs.test.ts'], {
      SIHWANG_RUN_KILLS: String(roundsOfRuns),
      SIHWANG_SEED: String(seed),
      SIHWANG_FIGURES: file,
    });
    return { passed, ...(existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { rounds: 0 }) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Every file with a property, again and again: each round draws other cases, and of the costly ones more than CI does. */
function runProperties() {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.test\.tsx?$/.test(name))
    .map((name) => join('src', name))
    .filter((path) => readFileSync(path, 'utf8').includes('fc.assert'));
  let held = 0;
  for (let round = 0; round < rounds; round++) {
    const from = (seed + round) >>> 0;
    console.log(`round ${round + 1} of ${rounds}, SIHWANG_PROPERTY_SEED=${from}`);
    if (vitest('unit', files, { SIHWANG_PROPERTY_SEED: String(from), SIHWANG_WHOLE_SUITES: '1' })) held++;
  }
  return { passed: held === rounds, files: files.length, rounds, held };
}

/** What the rules catch in real prices and take out of sound ones, with a floor for each figure. */
function runQuality() {
  const folder = mkdtempSync(join(tmpdir(), 'sihwang-long-'));
  const file = join(folder, 'figures.jsonl');
  const data = process.env.SIHWANG_TEST_DATA ?? '../shared/data';
  try {
    const passed = vitest('long', ['test/long/rule-quality.test.ts'], { SIHWANG_FIGURES: file });
    if (!existsSync(file)) return { passed, skipped: `no real price files at ${data} (SIHWANG_TEST_DATA)` };
    const figures = readFileSync(file, 'utf8').trimEnd().split('\n');
    return { passed, figures: figures.map((line) => JSON.parse(line)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Promotion by evidence on many simulated pairs: wrong ones, right ones, years of weekly looks. */
function runEvidence() {
  const passed = vitest('unit', ['src/evaluate/evidence.test.ts', '--testTimeout=900000'], {
    SIHWANG_PAIRS: String(pairs),
  });
  return { passed, pairs };
}

/** So many queued jobs: none lost, none doubled, bounded memory. */
function runJobs() {
  const passed = vitest('contract-timed', ['test/contract/job-queue.test.ts'], {
    SIHWANG_QUEUED_JOBS: String(queued),
  });
  return { passed, jobs: queued };
}

/** The whole suite of every runner, mornings carried out on each, and controllers that die at every call of theirs. */
function runRunners() {
  const files = readdirSync('test/contract').filter((name) => name.endsWith('-runner.test.ts'));
  const whole = { SIHWANG_WHOLE_SUITES: '1' };
  const suites = files.map((name) => join('test/contract', name));
  const passed = [
    vitest('contract', suites, whole),
    vitest('contract', ['test/contract/daily-on-aws.test.ts', 'test/contract/plan-on-batch.test.ts'], whole),
    vitest('aws', ['test/aws-double/training-checks.test.ts'], whole),
  ].every(Boolean);
  return { passed, runners: files.length };
}

/** Arrays of 5,000 shards done at once, and runs whose calls, machines and controllers fail at random. */
function runBatch() {
  const arrays = vitest('contract', ['test/contract/batch-arrays.test.ts'], {
    SIHWANG_SHARDS: String(shards),
  });
  const faults = vitest('contract', ['test/contract/random-faults.test.ts'], {
    SIHWANG_FAULT_RUNS: String(faultRuns),
    SIHWANG_SEED: String(seed),
  });
  const hundred = runAsProcesses(100);
  return {
    passed: arrays && faults && hundred.passed,
    ...{ shards, arraysHeld: arrays, faultRuns, faultsHeld: faults },
    real: hundred,
  };
}

/** Shards each of which is a process of its own, with machines taken away. */
function runAsProcesses(count = processes) {
  const folder = mkdtempSync(join(tmpdir(), 'sihwang-long-'));
  const file = join(folder, 'figures.json');
  try {
    const passed = vitest('contract', ['test/contract/batch-processes.test.ts'], {
      SIHWANG_PROCESSES: String(count),
      SIHWANG_SEED: String(seed),
      SIHWANG_FIGURES: file,
    });
    return {
      passed,
      ...(existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { processes: count }),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Controllers of jobs on AWS that are killed at every call of theirs and every named place between their rows. */
function runControllers() {
  const passed = vitest('chaos', ['test/chaos/kill-aws-controllers.test.ts'], {
    SIHWANG_WHOLE_SUITES: '1',
    SIHWANG_SEED: String(seed),
  });
  return { passed };
}

function runScale() {
  const { status, stdout } = spawnSync(
    process.execPath,
    ['scripts/run-ts.mjs', 'bench/scale.ts', String(lots)],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  );
  console.log(stdout);
  return { passed: status === 0, lots, output: stdout.trim().split('\n') };
}
