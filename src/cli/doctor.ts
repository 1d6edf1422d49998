import { readdirSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { EXIT } from '../domain/index.ts';
import { feedsTakenIn, readCommits, readPointer, withWriterLock } from '../lake/index.ts';
import { type CommonOptions, homeOf, withCommonOptions } from './command.ts';
import { megabytes, print, printJson, table } from './output.ts';

/** One thing looked at: whether it is well, and what to do when it is not. */
interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly found: string;
  readonly advice: string;
}

const LOW_DISK_BYTES = 1e9;

export function addDoctor(program: Command): void {
  withCommonOptions(program.command('doctor'))
    .description('look at the home and this machine, and say what to do about what is wrong')
    .action(async (options: CommonOptions) => {
      const findings = await examine(options);
      if (options.json) printJson(findings);
      else
        print(
          table(
            [{ title: '' }, { title: 'check' }, { title: 'found' }, { title: 'what to do' }],
            findings.map((one) => [one.ok ? 'ok' : '!!', one.check, one.found, one.advice]),
          ),
        );
      if (findings.some((one) => !one.ok)) process.exitCode = EXIT.configuration;
    });
}

async function examine(options: CommonOptions): Promise<Finding[]> {
  const home = homeOf(options);
  const disk = statfsSync(home.path);
  const free = disk.bavail * disk.bsize;
  const pointer = readPointer(home);
  const [major, minor] = process.versions.node.split('.').map(Number) as [number, number];
  const lunar =
    new Intl.DateTimeFormat('en-u-ca-dangi', { timeZone: 'UTC' }).resolvedOptions().calendar === 'dangi';
  return [
    finding(
      'Node',
      major > 20 || (major === 20 && minor >= 19),
      process.versions.node,
      'Install Node 20.19 or newer.',
    ),
    finding(
      'lunar calendar',
      lunar,
      lunar ? 'dangi' : 'missing',
      'Use a Node with full ICU, or market holidays will be wrong.',
    ),
    finding('home', true, `${home.path} (${home.id})`, ''),
    await writerFinding(home),
    finding(
      'free disk',
      free > LOW_DISK_BYTES,
      megabytes(free),
      'Free some space: a build needs room for a second copy of the serving files.',
    ),
    finding('size of the home', true, megabytes(sizeOf(home.path)), ''),
    ...(['raw', 'clean', 'aside', 'serving'] as const).map((folder) =>
      finding(`size of ${folder}`, true, megabytes(sizeOf(home.at(folder))), ''),
    ),
    growthFinding(home, free),
    ...feedsTakenIn(home).map((feed) => {
      const commits = readCommits(home, feed);
      const last =
        commits
          .map((commit) => commit.lastDay)
          .sort()
          .at(-1) ?? '–';
      const published = pointer.feeds[feed] !== undefined;
      return finding(
        `feed ${feed}`,
        published,
        `${commits.length} files, through ${last}${published ? '' : ', not published'}`,
        'Run sihwang start, or ingest the file again: the interrupted publication is made up for.',
      );
    }),
  ];
}

async function writerFinding(home: ReturnType<typeof homeOf>): Promise<Finding> {
  try {
    await withWriterLock(home, { command: 'doctor' }, async () => {});
    return finding('writer lock', true, 'free', '');
  } catch (error) {
    return finding('writer lock', true, (error as Error).message, '');
  }
}

const MONTH_MS = 30.44 * 86_400_000;

/** What the last three months brought in, and how long the disk lasts at that pace. */
function growthFinding(home: ReturnType<typeof homeOf>, free: number): Finding {
  const since = Date.now() - 3 * MONTH_MS;
  let bytes = 0;
  for (const feed of feedsTakenIn(home)) {
    for (const { raws, clean, aside } of readCommits(home, feed)) {
      if (!raws.some((raw) => Date.parse(raw.receivedAt) >= since)) continue;
      const paths = [
        home.at('clean', feed, clean),
        ...(aside === null ? [] : [home.at('aside', feed, aside)]),
        ...raws.map((raw) => home.at('raw', feed, `${raw.rawId}.gz`)),
      ];
      for (const path of paths) bytes += statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    }
  }
  const perMonth = bytes / 3;
  const months = perMonth === 0 ? Number.POSITIVE_INFINITY : free / perMonth;
  return finding(
    'disk forecast',
    months > 3,
    `${megabytes(perMonth)} a month over the last three; the disk lasts ${months > 120 ? 'more than ten years' : `${Math.floor(months)} months`}`,
    'Free some space, or move the home to a larger disk (sihwang backup, sihwang restore); sihwang gc --dry-run lists what nothing needs.',
  );
}

function finding(check: string, ok: boolean, found: string, advice: string): Finding {
  return { check, ok, found, advice: ok ? '' : advice };
}

function sizeOf(path: string): number {
  let bytes = 0;
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    try {
      bytes += entry.isDirectory() ? sizeOf(join(path, entry.name)) : statSync(join(path, entry.name)).size;
    } catch {
      // a build may have renamed it meanwhile
    }
  }
  return bytes;
}
