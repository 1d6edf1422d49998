import type { Command } from 'commander';
import { EXIT, SihwangError } from '../domain/index.ts';
import { LAKE_REASONS, readCommits, rejectedRows } from '../lake/index.ts';
import { replayQuarantine } from '../pipeline/index.ts';
import { formatCount } from '../show/index.ts';
import { type CommonOptions, feedNamed, homeOf, withCommonOptions } from './command.ts';
import { languageOf, type Say, sayIn } from './language.ts';
import { print, printJson, table } from './output.ts';
import { waitMs } from './wait-option.ts';

interface ListOptions extends CommonOptions {
  readonly reason?: string;
  readonly limit: string;
}

interface ReplayOptions extends CommonOptions {
  readonly reason?: string;
  readonly wait?: string | boolean;
}

export function addQuarantine(program: Command, say: Say): void {
  const quarantine = program.command('quarantine').description(
    say({
      ko: '규칙이 거부한 행을 살펴보고, 규칙을 고친 뒤 되살림',
      en: 'rows that a rule refused: look at them, and bring them back when the rule is mended',
    }),
  );
  withCommonOptions(quarantine.command('list <feed>'), say)
    .description(
      say({
        ko: '자료의 거부된 행, 그 까닭과 어느 파일의 어디인지',
        en: 'the rejected rows of a feed, with their reason and where they stand in which file',
      }),
    )
    .option('--reason <reason>', say({ ko: '이 까닭의 행만', en: 'only the rows of this reason' }))
    .option('--limit <rows>', say({ ko: '최대 행 수', en: 'at most so many rows' }), '50')
    .action(list);
  withCommonOptions(quarantine.command('replay <feed>'), say)
    .description(
      say({
        ko: '거부된 행 가운데 지금의 규칙이 받아들이는 것을 넣음, 나머지는 그대로',
        en: 'take in the rejected rows that the present rules accept; nothing else is touched',
      }),
    )
    .option(
      '--reason <reason>',
      say({ ko: '이 까닭으로 거부된 행만', en: 'only the rows that were rejected for this reason' }),
    )
    .option(
      '--wait [seconds]',
      say({
        ko: '다른 프로세스가 홈에 쓰는 동안 기다림',
        en: 'wait while another process is writing to the home',
      }),
    )
    .action(replay);
}

async function list(id: string, options: ListOptions): Promise<void> {
  const home = homeOf(options);
  const feed = feedNamed(home, id);
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1) {
    throw new SihwangError(
      'LIMIT_UNREADABLE',
      {
        ko: `--limit의 값은 1 이상의 정수: ${options.limit}`,
        en: `--limit is a whole number from 1, not ${options.limit}`,
      },
      {
        exit: EXIT.usage,
        hint: { ko: '--limit 50처럼 쓰세요.', en: 'Write --limit 50.' },
      },
    );
  }
  const rows = await rejectedRows(home, id, { reason: options.reason, limit });
  const counts = new Map<string, number>();
  for (const commit of readCommits(home, id))
    for (const { outcome, reason, rows: n } of commit.reasons)
      if (outcome === 'rejected') counts.set(reason, (counts.get(reason) ?? 0) + n);
  const left = [...counts].filter(([, n]) => n > 0);
  if (options.json) {
    printJson({ feed: id, rejected: left.map(([reason, n]) => ({ reason, rows: n })), rows });
    return;
  }
  const language = languageOf(options);
  const says = (reason: string) =>
    (feed.rules.find((rule) => rule.id === reason)?.says ?? LAKE_REASONS[reason])?.[language] ?? reason;
  const say = sayIn(language);
  if (left.length === 0) {
    print(say({ ko: `거부된 행이 없습니다: ${id}`, en: `no row of ${id} is in quarantine` }));
    return;
  }
  print(
    table(
      [
        { title: say({ ko: '규칙', en: 'reason' }) },
        { title: say({ ko: '행', en: 'rows' }), right: true },
        { title: say({ ko: '뜻', en: 'meaning' }) },
      ],
      left.map(([reason, n]) => [reason, formatCount(n, language), says(reason)]),
    ),
  );
  print('');
  print(
    table(
      [
        { title: say({ ko: '규칙', en: 'reason' }) },
        { title: say({ ko: '파일:행', en: 'file:row' }) },
        { title: say({ ko: '내용', en: 'text' }) },
      ],
      rows.map((row) => [
        row.reason,
        `${row.name}:${row.rawRow}`,
        row.text.replace(/\s+/g, ' ').slice(0, 120),
      ]),
    ),
  );
}

async function replay(id: string, options: ReplayOptions): Promise<void> {
  const home = homeOf(options);
  const { commits, published } = await replayQuarantine(home, feedNamed(home, id), {
    waitMs: waitMs(options.wait),
    command: `quarantine replay ${id}`,
    reason: options.reason,
  });
  if (options.json) {
    printJson({
      feed: id,
      published,
      replayed: commits.map(({ number, replays, outcomes }) => ({ number, replays, outcomes })),
    });
    return;
  }
  const say = sayIn(languageOf(options));
  if (commits.length === 0)
    print(
      say({
        ko: '지금의 규칙이 받아들이는 거부된 행이 없습니다. 바뀐 것이 없습니다',
        en: 'no rejected row is accepted by the present rules; nothing changed',
      }),
    );
  for (const { number, replays, outcomes } of commits)
    print(
      say({
        ko: `${number}번 커밋: ${replays}번 커밋이 거부한 행 가운데 ${-outcomes.rejected}개가 되살아남 (받음 ${outcomes.accepted}, 비교에서 뺌 ${outcomes.flagged}, 중복 ${outcomes.duplicate})`,
        en: `commit ${number}: of the rows that commit ${replays} rejected, ${-outcomes.rejected} came back (accepted ${outcomes.accepted}, flagged ${outcomes.flagged}, duplicate ${outcomes.duplicate})`,
      }),
    );
}
