// Replays a small home by another version of DuckDB: the files' bytes may differ, the rows may not.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const OTHER = '1.4.5-r.1';
const CLI = 'dist/cli/main.js';
/** A feed and the file that it takes in, one of each kind of table. */
const FILES = {
  'japan-maff': 'daily.csv',
  'taiwan-amis': 'raw.csv',
  'uk-defra': 'iso.csv',
  'india-agmarknet': 'mandi.csv',
};

/** Replays with both versions; `feeds` says of each what the other version came to and whether its hash is ours. */
export function replayByAnotherVersion() {
  const folder = mkdtempSync(join(tmpdir(), 'sihwang-versions-'));
  try {
    const other = installBeside(folder);
    const home = join(folder, 'home');
    const run = (cli, ...args) =>
      execFileSync(process.execPath, [cli, ...args, '--home', home, '--json'], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    const feeds = Object.entries(FILES).map(([feed, file]) => {
      run(CLI, 'ingest', feed, '--file', join('src', 'sources', feed, 'fixtures', file));
      const [ours] = JSON.parse(run(CLI, 'replay', feed, '--check'));
      const [theirs] = JSON.parse(run(other.cli, 'replay', feed, '--check'));
      const same = new Set([ours.rowsHash, ours.againHash, theirs.rowsHash, theirs.againHash]).size === 1;
      return { feed, ours: ours.result, theirs: theirs.result, sameHash: same, hash: ours.rowsHash };
    });
    const passed = feeds.every((one) => one.sameHash && one.ours === 'same-bytes');
    return { passed, other: other.version, feeds };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The built program with every package of ours but DuckDB. */
function installBeside(folder) {
  const app = join(folder, 'app');
  const installed = join(folder, 'other');
  mkdirSync(join(app, 'node_modules'), { recursive: true });
  mkdirSync(installed);
  execFileSync(
    'npm',
    ['install', '--no-audit', '--no-fund', '--prefix', installed, `@duckdb/node-api@${OTHER}`],
    { stdio: 'ignore' },
  );
  cpSync('dist', join(app, 'dist'), { recursive: true });
  cpSync('package.json', join(app, 'package.json'));
  for (const name of readdirSync('node_modules').filter((one) => one !== '@duckdb' && !one.startsWith('.')))
    symlinkSync(resolve('node_modules', name), join(app, 'node_modules', name));
  symlinkSync(join(installed, 'node_modules', '@duckdb'), join(app, 'node_modules', '@duckdb'));
  const cli = join(app, CLI);
  return { cli, version: createRequire(cli)('@duckdb/node-api').version() };
}
