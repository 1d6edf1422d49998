import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Feed, feedById } from '../../../src/sources/index.ts';
import { publish, REAL_DATA, share, verdicts } from './judged-table.ts';

const FEED = 'india-agmarknet';
const FOLDER = 'india-malabar';
const ACCEPTED = join(FOLDER, 'malabar_mandi_prices.csv');
const REJECTED = ['quarantine_2026-07.csv', 'quarantine_2026-08.csv'].map((name) => join(FOLDER, name));

/** The files that both scores need, below the folder of real data. */
export const INDIAN_FILES: readonly string[] = [ACCEPTED, ...REJECTED];

export const indianFeed = (): Feed => feedById(FEED)!;

export function acceptedText(): string {
  return readFileSync(join(REAL_DATA, ACCEPTED), 'utf8').trimEnd();
}

const SLUGS: Readonly<Record<string, string>> = {
  'Arecanut(Betelnut/Supari)': 'arecanut',
  'Black pepper': 'black-pepper',
  Coconut: 'coconut',
  Copra: 'copra',
};

interface Rejected {
  readonly reason: string;
  /** In the feed's own columns. */
  readonly line: string;
}

/** The rows that others refused, read out of their records of them. */
function rejectedLines(): Rejected[] {
  return REJECTED.flatMap((name) =>
    readFileSync(join(REAL_DATA, name), 'utf8')
      .trimEnd()
      .split(/\r?\n/)
      .slice(1)
      .map((line) => {
        const [at, reason, source] = line.split(',');
        const cell = (of: string) => {
          const found = new RegExp(`'${of}': (?:'([^']*)'|""([^"]*)""|([^,}]+))`).exec(line);
          return (found?.[1] ?? found?.[2] ?? found?.[3] ?? '').trim();
        };
        // the state survey writes its days the other way round
        const date = cell('date') || cell('arrival_date').split('/').reverse().join('-');
        const slug = SLUGS[cell('commodity')] ?? cell('commodity_slug');
        const cells = [
          ...[date, cell('district'), cell('market'), slug, cell('variety'), cell('grade')],
          ...[cell('min_price'), cell('max_price'), cell('modal_price'), 'Rs/quintal', source!, at!],
        ];
        return { reason: reason!, line: cells.map((one) => one.replaceAll(',', ' ')).join(',') };
      }),
  );
}

/** How many of the rows that others refused are taken out of prices, put behind the accepted ones; by their reason. */
export async function caughtOfRejected(folder: string) {
  const accepted = acceptedText();
  const theirs = rejectedLines();
  const text = `${[accepted, ...theirs.map(({ line }) => line)].join('\n')}\n`;
  const seen = (await verdicts(await publish(folder, indianFeed(), text))).slice(-theirs.length);
  const byReason: Record<string, Record<string, number>> = {};
  theirs.forEach(({ reason }, index) => {
    const { verdict, reason: ours } = seen[index]!;
    byReason[reason] ??= {};
    const said = verdict === 'none' ? 'accepted' : `${verdict}: ${ours}`;
    byReason[reason]![said] = (byReason[reason]![said] ?? 0) + 1;
  });
  const caught = seen.filter(({ verdict }) => verdict !== 'none' && verdict !== 'warned').length;
  return { rows: theirs.length, caught, recall: share(caught, theirs.length), byReason };
}

/** How many of the rows that others accepted are taken out of prices: false alarms, as far as those others were right. */
export async function takenOutOfAccepted(folder: string) {
  const seen = await verdicts(await publish(folder, indianFeed(), `${acceptedText()}\n`));
  const out = seen.filter(({ verdict }) => ['rejected', 'flagged', 'left-out'].includes(verdict)).length;
  return { rows: seen.length, out, rate: share(out, seen.length) };
}
