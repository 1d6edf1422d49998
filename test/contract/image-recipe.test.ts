import { existsSync, readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const read = (name: string): string => readFileSync(join(ROOT, name), 'utf8');

interface Instruction {
  readonly word: string;
  readonly rest: string;
}

/** The recipe's stages, each with its instructions; what stands before the first is stage 0. */
function stagesOf(recipe: string): Instruction[][] {
  const stages: Instruction[][] = [[]];
  const whole = recipe.replace(/^#.*\n/gm, '').replace(/\\\n\s*/g, '');
  for (const line of whole.split('\n').filter((one) => one.trim() !== '')) {
    const [, word, rest] = /^(\w+)\s+(.*)$/.exec(line)!;
    if (word === 'FROM') stages.push([]);
    stages.at(-1)!.push({ word: word!, rest: rest! });
  }
  return stages;
}

const [before, ...stages] = stagesOf(read('Dockerfile')) as [Instruction[], ...Instruction[][]];
const all = (instructions: readonly Instruction[], word: string): string[] =>
  instructions.filter((one) => one.word === word).map(({ rest }) => rest);
const image = stages.at(-1)!;
const { bin, engines } = JSON.parse(read('package.json')) as {
  bin: Record<string, string>;
  engines: { node: string };
};

describe('the image', () => {
  it('stands on one base, Node 24 on glibc, pinned by digest', () => {
    expect(all(before, 'ARG')[0]).toMatch(/^BASE=node:24-bookworm-slim@sha256:[0-9a-f]{64}$/);
    expect(stages.length).toBeGreaterThan(1);
    for (const stage of stages) expect(all(stage, 'FROM')[0]).toMatch(/^\$\{BASE\}( AS \w+)?$/);
    expect(engines.node).toBe('>=20.19');
  });

  it('runs as an ordinary user, who owns what is written to and nothing else', () => {
    expect(all(image, 'ARG')).toContain('UID=10001');
    expect(all(image, 'USER')).toEqual(['$' + '{UID}:$' + '{UID}']);
    const copies = all(image, 'COPY');
    const own = copies.filter((copy) => copy.includes('--chown')).map((copy) => copy.split(' ').at(-1));
    expect(own).toEqual(['/opt/ml', '/var/lib/sihwang']);
    expect(copies.every((copy) => copy.startsWith('--from=build '))).toBe(true);
  });

  it('starts the program itself, without a shell, so that signals reach it', () => {
    const entrypoint = JSON.parse(all(image, 'ENTRYPOINT')[0]!) as string[];
    expect(entrypoint).toEqual(['node', `/opt/sihwang/${bin['sihwang-worker']}`]);
    expect(JSON.parse(all(image, 'CMD')[0]!)).toEqual(['train']);
    expect(existsSync(join(ROOT, bin['sihwang-worker']!.replace(/^dist(.*)\.js$/, 'src$1.ts')))).toBe(true);
  });

  it('asks the network for nothing but the packages of the lock file, and in the build stage alone', () => {
    const runs = stages.flatMap((stage) => all(stage, 'RUN'));
    expect(all(image, 'RUN')).toEqual([]);
    expect(runs.filter((run) => /\b(apt|apt-get|curl|wget|npm i|npm install|npx)\b/.test(run))).toEqual([]);
    const installs = runs.filter((run) => run.includes('npm ci'));
    expect(installs).toHaveLength(2);
    for (const install of installs) expect(install).toContain('--ignore-scripts');
    expect(installs.at(-1)).toContain('--omit=dev');
    expect(stages.flatMap((stage) => all(stage, 'ADD'))).toEqual([]);
  });

  it('has the same files with the same times whoever builds it', () => {
    expect(all(stages[0]!, 'ARG')).toContain('SOURCE_DATE_EPOCH=0');
    expect(all(stages[0]!, 'RUN').at(-1)).toContain('touch -h -d "@$' + '{SOURCE_DATE_EPOCH}"');
  });

  it('has the lock file that its packages were installed by, for results to name it', () => {
    expect(all(stages[0]!, 'RUN').at(-1)).toMatch(
      /cp -a [^&]*\bpackage-lock\.json\b[^&]* \/image\/opt\/sihwang\//,
    );
  });

  it('is made of what .dockerignore names, and no more', () => {
    const rules = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(rules[0]).toBe('*');
    const goesIn = (path: string): boolean =>
      rules.reduce((inside, rule) => {
        const glob = rule.replace('!', '');
        const fits = [glob, `${glob}/**`].some((one) => matchesGlob(path, one)) || rule === '*';
        return fits ? rule.startsWith('!') : inside;
      }, true);
    const asked = stages
      .flatMap((stage) => all(stage, 'COPY'))
      .filter((copy) => !copy.startsWith('--from'))
      .flatMap((copy) => copy.split(' ').slice(0, -1));
    expect(asked).toContain('package-lock.json');
    for (const path of asked) expect([path, goesIn(path)]).toEqual([path, true]);
    expect(goesIn('src/jobs/worker/train.ts')).toBe(true);
    for (const path of [
      ...['.git/config', 'keys.env', '.npmrc', 'node_modules/x/index.js', 'dist/cli/main.js', 'infra/app.ts'],
      ...['src/jobs/job.test.ts', 'src/web/main.tsx', 'src/sources/x/fixtures/a.csv', 'test/x.ts'],
    ])
      expect([path, goesIn(path)]).toEqual([path, false]);
  });
});
