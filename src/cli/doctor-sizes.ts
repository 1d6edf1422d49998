import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Commit, feedsTakenIn, type Home, rawPath, readCommits } from '../lake/index.ts';
import { diskForecast } from './disk-forecast.ts';
import { asIs, type Finding, finding, well } from './finding.ts';
import { megabytes } from './output.ts';

/** What a feed's files take, by kind. */
export function sizesFinding(home: Home, feed: string): Finding {
  const serving = home.at('serving');
  const figures = {
    raw: sizeOf(home.at('raw', feed)),
    clean: sizeOf(home.at('clean', feed)),
    aside: sizeOf(home.at('aside', feed)),
    serving: readdirSync(serving)
      .filter((name) => name.replace(/-(conditions|forecasts)-\d+\.duckdb$/, '') === feed)
      .reduce((sum, name) => sum + bytesOf(join(serving, name)), 0),
  };
  const told = Object.entries(figures).map(([part, bytes]) => `${part} ${megabytes(bytes)}`);
  return {
    ...well({ ko: `자료 ${feed}의 크기`, en: `size of feed ${feed}` }, asIs(told.join(', '))),
    figures,
  };
}

/** What the last three months brought in day by day, and how long the disk lasts at that pace. */
export function growthFinding(home: Home, freeBytes: number): Finding {
  const arrivals = feedsTakenIn(home).flatMap((feed) =>
    readCommits(home, feed).map((commit) => ({
      receivedMs: Math.min(...commit.raws.map((raw) => Date.parse(raw.receivedAt))),
      firstDay: commit.firstDay,
      bytes: bytesOfCommit(home, commit),
    })),
  );
  const kept = arrivals.reduce((sum, { bytes }) => sum + bytes, 0);
  const servedPerKept = kept === 0 ? 0 : sizeOf(home.at('serving')) / kept;
  const forecast = diskForecast(arrivals, { nowMs: Date.now(), freeBytes, servedPerKept });
  const { bytesPerMonth, bulkBytes, monthsLeft, soonFull } = forecast;
  const months = monthsLeft === null || monthsLeft > 120 ? null : Math.floor(monthsLeft);
  const [ofMonth, ofHistory] = [megabytes(bytesPerMonth), megabytes(bulkBytes)];
  return {
    ...finding(
      { ko: '디스크 전망', en: 'disk forecast' },
      !soonFull,
      {
        ko: `최근 석 달에 한 달 ${ofMonth} (한꺼번에 받은 과거 ${ofHistory}는 빼고); 앞으로 ${months === null ? '10년 넘게' : `${months}달`} 쓸 수 있음`,
        en: `${ofMonth} a month over the last three, ${ofHistory} of history left out; the disk lasts ${months === null ? 'more than ten years' : `${months} months`}`,
      },
      {
        ko: '디스크를 비우거나 홈을 더 큰 디스크로 옮기세요 (sihwang backup, sihwang restore). 필요 없는 것은 sihwang gc --dry-run이 보여 줍니다.',
        en: 'Free some space, or move the home to a larger disk (sihwang backup, sihwang restore); sihwang gc --dry-run lists what nothing needs.',
      },
    ),
    figures: { bytesPerMonth, bulkBytes, freeBytes, monthsLeft },
  };
}

function bytesOfCommit(home: Home, { feed, raws, clean, aside }: Commit): number {
  return [
    home.at('clean', feed, clean),
    ...(aside === null ? [] : [home.at('aside', feed, aside)]),
    ...raws.map((raw) => rawPath(home, feed, raw.rawId)),
  ].reduce((sum, path) => sum + bytesOf(path), 0);
}

function bytesOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Bytes of all files below a folder. */
export function sizeOf(path: string): number {
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
