// The image's files made by the recipe's own steps without a docker engine, and both faces run in them as its user: the base
// is this machine's system with Node 24. As root on Linux, with unshare and chroot; else it says why it is skipped.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, matchesGlob } from 'node:path';

const UID = 10001;
const ENTRYPOINT = ['node', '/opt/sihwang/dist/cli/sihwang-worker.js'];

/** Gives figures; `skipped` with the reason where this machine cannot. */
export function runImageWithoutEngine() {
  const missing = ['unshare', 'chroot'].filter((tool) => spawnSync('which', [tool]).status !== 0);
  if (process.platform !== 'linux' || process.getuid() !== 0 || missing.length > 0) {
    const skipped = `needs root on Linux${missing.length > 0 ? `, and ${missing.join(', ')}` : ''}`;
    console.log(`image: skipped, ${skipped}`);
    return { passed: true, skipped };
  }
  const folder = mkdtempSync(join(tmpdir(), 'sihwang-image-'));
  try {
    execFileSync(
      'npm',
      ['install', '--no-audit', '--no-fund', '--prefix', join(folder, 'node24'), 'node@24'],
      { stdio: 'ignore' },
    );
    const node = join(folder, 'node24/node_modules/node/bin');
    build(folder, node);
    const root = join(folder, 'image');
    cpSync(join(node, 'node'), join(root, 'node/node'));
    mkdirSync(join(root, 'tmp'));
    chmodSync(join(root, 'tmp'), 0o1777);
    for (const own of ['opt/ml', 'var/lib/sihwang']) chownSync(join(root, own), UID, UID);
    const megabytes = Number(
      execFileSync('du', ['-sm', join(root, 'opt')], { encoding: 'utf8' }).split('\t')[0],
    );
    return { ...tryFaces(root), megabytes };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** COPY and RUN of the build stage, its two folders below one of ours. */
function build(folder, node) {
  const stage = readFileSync('Dockerfile', 'utf8')
    .replace(/\\\n\s*/g, '')
    .split(/^FROM /m)[1];
  const rules = readFileSync('.dockerignore', 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const goesIn = (path) =>
    rules.reduce((inside, rule) => {
      const glob = rule.replace('!', '');
      return rule === '*' || [glob, `${glob}/**`].some((one) => matchesGlob(path, one))
        ? rule.startsWith('!')
        : inside;
    }, true);
  const here = join(folder, 'build');
  mkdirSync(here);
  for (const line of stage.split('\n')) {
    const [, word, rest] = /^(COPY|RUN) (.*)$/.exec(line) ?? [];
    if (word === 'COPY')
      for (const path of rest.split(' ').slice(0, -1))
        cpSync(path, join(here, path), { recursive: true, filter: goesIn });
    if (word === 'RUN')
      execFileSync('/bin/sh', ['-c', rest.replaceAll('/image', join(folder, 'image'))], {
        cwd: here,
        env: { ...process.env, PATH: `${node}:${process.env.PATH}`, SOURCE_DATE_EPOCH: '0', NODE_ENV: '' },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
  }
}

function tryFaces(root) {
  const run = (...words) => {
    const mounts = ['usr', 'bin', 'lib', 'lib64', 'etc', 'proc', 'dev']
      .filter((name) => existsSync(`/${name}`))
      .map((name) => `mkdir -p "$0/${name}" && mount --rbind "/${name}" "$0/${name}"`);
    const enter = `exec chroot --userspec=${UID}:${UID} "$0" /usr/bin/env -i PATH=/node:/usr/bin:/bin HOME=/tmp "$@"`;
    return spawnSync(
      'unshare',
      ['-m', '/bin/sh', '-c', `${mounts.join(' && ')} && ${enter}`, root, ...words],
      { encoding: 'utf8' },
    );
  };
  const code =
    "import('/opt/sihwang/dist/tasks/index.js').then((m) => console.log(JSON.stringify({ ...m.computedBy(), uid: process.getuid() })))";
  const computedBy = JSON.parse(run('node', '-e', code).stdout);
  const ml = join(root, 'opt/ml');
  const job = {
    v: 1,
    task: 'price-forecast',
    params: {},
    snapshotSha256: null,
    shard: null,
    asOf: '2026-01-05',
    horizons: [],
    codeVersion: computedBy.codeVersion,
    seed: 7,
  };
  const placement = {
    ...{
      home: 'h',
      run: 'r',
      gen: 1,
      runner: 'local',
      image: null,
      store: 'file:///opt/ml/store/',
      result: 'runs/r/j/',
    },
    ...{ checkpoint: { everySeconds: 60 }, limits: { attemptSeconds: 60, attempts: 1 } },
    resources: { vcpu: 1, memoryMiB: 512, gpu: 0, spot: false },
  };
  writeFileSync(join(ml, 'spec.json'), JSON.stringify({ job, placement }));
  mkdirSync(join(ml, 'input/config'), { recursive: true });
  writeFileSync(
    join(ml, 'input/config/hyperparameters.json'),
    JSON.stringify({ sihwang_spec: 'file:///opt/ml/spec.json' }),
  );
  const worker = run(...ENTRYPOINT, 'worker', '--spec', 'file:///opt/ml/spec.json');
  const train = run(...ENTRYPOINT, 'train');
  const failureFile = join(ml, 'output/failure');
  const failure = existsSync(failureFile) ? JSON.parse(readFileSync(failureFile, 'utf8')) : null;
  const command = run(...ENTRYPOINT, 'plan', '--help');
  const seen = {
    node: computedBy.nodeMajor,
    uid: computedBy.uid,
    lock:
      computedBy.lockSha256 === createHash('sha256').update(readFileSync('package-lock.json')).digest('hex'),
    worker: worker.status,
    train: train.status,
    failure: failure?.code ?? null,
    owner: failure && statSync(failureFile).uid,
    command: command.status,
  };
  // a job without the snapshot that its task reads is bad data, on both faces alike
  const wanted = {
    node: 24,
    uid: UID,
    lock: true,
    worker: 65,
    train: 65,
    failure: 'SNAPSHOT_MISSING',
    owner: UID,
    command: 0,
  };
  const passed = JSON.stringify(seen) === JSON.stringify(wanted);
  if (!passed) console.log(seen, worker.stdout, worker.stderr, train.stderr, command.stderr);
  return { passed, ...seen };
}
