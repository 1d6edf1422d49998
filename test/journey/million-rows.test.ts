import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLI } from '../support/cli.ts';

const SERIES = 2000;
const ROWS_PER_SERIES = 500;
const MEMORY_BAR_MB = 700;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sihwang-million-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the command and looks at the most memory that it ever held, where the system says so. */
function runWatched(
  args: readonly string[],
): Promise<{ code: number | null; stderr: string; peakMb: number }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, ...args], { env: { ...process.env, LANG: 'C' } });
    let stderr = '';
    let peakMb = 0;
    const look = setInterval(() => {
      try {
        const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
        peakMb = Math.max(peakMb, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
      } catch {
        // The process has ended, or this system has no /proc.
      }
    }, 20);
    child.stderr.on('data', (data) => {
      stderr += data;
    });
    child.on('close', (code) => {
      clearInterval(look);
      resolve({ code, stderr, peakMb });
    });
  });
}

describe('a table of a million rows', () => {
  it('is read with its covariate, forecast within a budget and written, in little memory', async () => {
    const input = join(folder, 'in.csv');
    const file = openSync(input, 'w');
    writeSync(file, 'unique_id,ds,y,temp\n');
    for (let i = 0; i < SERIES; i++) {
      const rows: string[] = [];
      for (let t = 0; t < ROWS_PER_SERIES; t++) {
        rows.push(`item-${i},${t},${(1000 + i + 50 * Math.sin(t / 8 + i)).toFixed(2)},${((t * 7) % 31) - 5}`);
      }
      writeSync(file, `${rows.join('\n')}\n`);
    }
    closeSync(file);
    const out = join(folder, 'out.csv');
    const ran = await runWatched(['forecast', input, '--horizon', '4', '--budget', '15', '--out', out]);
    expect(ran.stderr).toContain(`${SERIES} series, ${SERIES * ROWS_PER_SERIES} rows; frequency integer`);
    expect(ran.code).toBe(0);
    const lines = readFileSync(out, 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(1 + SERIES * 4);
    expect(lines.some((line) => line.includes(',none,'))).toBe(false);
    console.log(
      `a million rows: peak memory ${ran.peakMb.toFixed(0)} MB; ${ran.stderr.trim().split('\n').at(-1)}`,
    );
    expect(ran.peakMb).toBeLessThan(MEMORY_BAR_MB);
  });
});
