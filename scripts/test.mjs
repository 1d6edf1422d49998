// Everything that can be tested on this machine, stage by stage with its time: npm test [stage …].
// A file that fails is run a second time, alone: a machine too busy for a time limit is told from a fault, and what
// passed only then is named at the end as unsteady.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { makeTestFolder } from './test-folder.mjs';

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
/** The cases that properties draw are the same in every run here; `npm run test:long properties` draws others. */
const PROPERTY_SEED = process.env.SIHWANG_PROPERTY_SEED ?? '20261130';
/** Stages whose files take no notice of each other's load. */
const ON_ALL_CORES = ['unit', 'contract', 'golden', 'journey', 'browser', 'aws', 'chaos'];
/** Of a stage's time on a core up to a half is waiting: for a process to start, a clock to move on, an answer to come. */
const WORKERS = availableParallelism() + 1;
/** Files of a stage that time processes are a project of their own, and run one by one when the others have ended. */
const TIMED = ['contract', 'journey'];
/** With more broken files than this it is no matter of a busy machine. */
const MOST_FILES_AGAIN = 5;

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in STAGES));
if (unknown.length > 0) {
  console.error(`no stage ${unknown.join(', ')}; there are ${Object.keys(STAGES).join(', ')}`);
  process.exit(2);
}
const data = process.env.SIHWANG_TEST_DATA ?? '../shared/data';
if (!existsSync(data))
  console.log(`real price files are not at ${data} (SIHWANG_TEST_DATA): tests that need them are skipped`);

const folder = makeTestFolder();
const environment = { ...process.env, TMPDIR: folder, SIHWANG_PROPERTY_SEED: PROPERTY_SEED };
const summary = [];
const broken = [];
const unsteady = [];
for (const [name, what] of Object.entries(STAGES)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  console.log(`── ${name}: ${what}`);
  const began = Date.now();
  const parts = [run(name, []), ...(TIMED.includes(name) ? [run(`${name}-timed`, [])] : [])];
  const first = {
    passed: parts.every((part) => part.passed),
    count: parts.reduce((sum, part) => sum + part.count, 0),
    failures: parts.flatMap((part) => part.failures),
  };
  const failedFiles = [...new Set(first.failures.map(({ file }) => file))];
  // a part that fails without naming a test has not run to its end, and is no matter of a busy machine
  const named = parts.every((part) => part.passed || part.failures.length > 0);
  let last = first;
  if (!first.passed && named && failedFiles.length <= MOST_FILES_AGAIN) {
    console.log(`── ${name}: once more, alone: ${failedFiles.join(' ')}`);
    last = run(`${name}*`, failedFiles);
    if (last.passed) unsteady.push(...first.failures.map((failure) => ({ stage: name, ...failure })));
  }
  if (!last.passed)
    broken.push(
      ...[
        ...last.failures,
        ...(named && last.failures.length > 0 ? [] : [{ file: '', title: 'the stage itself', message: '' }]),
      ].map((failure) => ({ stage: name, ...failure })),
    );
  const seconds = ((Date.now() - began) / 1000).toFixed(0);
  summary.push(`${name} ${seconds} s, ${first.count} tests${last.passed ? '' : ', broken'}`);
  console.log(`── ${name}: ${seconds} s`);
}
rmSync(folder, { recursive: true, force: true, maxRetries: 5 });

console.log(`── stages: ${summary.join(' · ')}`);
for (const failure of unsteady) console.log(`── unsteady (failed, then passed alone): ${describe(failure)}`);
for (const failure of broken) console.log(`── broken: ${describe(failure)}`);
process.exit(broken.length === 0 ? 0 : 1);

/** One run of a stage, or of some of its files; failures are read from vitest's own report. */
function run(project, files) {
  const report = join(folder, `${project.replace('*', '')}-${files.length}.json`);
  const { status } = spawnSync(
    process.execPath,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ON_ALL_CORES.includes(project) ? `--maxWorkers=${WORKERS}` : '--no-file-parallelism',
      ...files,
    ],
    { stdio: 'inherit', env: environment },
  );
  if (!existsSync(report)) return { passed: false, count: 0, failures: [] };
  const { numTotalTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const failures = testResults
    .filter((file) => file.status === 'failed')
    .flatMap((file) => failuresOf(file, relative(process.cwd(), file.name)));
  return { passed: status === 0, count: numTotalTests, failures };
}

function failuresOf({ assertionResults, message }, file) {
  const failed = assertionResults.filter((test) => test.status === 'failed');
  if (failed.length === 0) return [{ file, title: 'the file itself', message: message ?? '' }];
  return failed.map((test) => ({ file, title: test.fullName, message: test.failureMessages.join('\n') }));
}

function describe({ stage, file, title, message }) {
  const lines = message.split('\n').slice(0, 6).join('\n     ');
  return `${stage} ${file} › ${title}${lines === '' ? '' : `\n     ${lines}`}`;
}
