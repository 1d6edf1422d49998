import type { Command } from 'commander';
import { EXIT } from '../domain/index.ts';
import { type Commit, readCommits, replayCheck } from '../lake/index.ts';
import { handOverOf, undoIngest } from '../pipeline/index.ts';
import { formatCount } from '../show/index.ts';
import { type CommonOptions, feedNamed, homeOf, withCommonOptions } from './command.ts';
import { languageOf, type Say } from './language.ts';
import { print, printJson, table, tell } from './output.ts';
import { waitMs } from './wait-option.ts';

/** The commands about what was taken in before: list it, take it out again, make it anew and compare. */
export function addUndo(program: Command, say: Say): void {
  withCommonOptions(program.command('commits <feed>'), say)
    .description(
      say({
        ko: '자료에 받아 넣은 것의 목록: 파일과 요청, 저마다 번호가 붙음',
        en: 'list what was taken in of a feed: files and fetches, each with its number',
      }),
    )
    .action(list);
  withCommonOptions(program.command('undo <feed> <number>'), say)
    .description(
      say({
        ko: '한 커밋을 오지 않았던 것처럼 도로 뺌, 원본 바이트는 남음',
        en: 'take one commit out again, as if it had never come; its raw bytes stay',
      }),
    )
    .option(
      '--wait [seconds]',
      say({
        ko: '다른 프로세스가 홈에 쓰는 동안 기다림',
        en: 'wait while another process is writing to the home',
      }),
    )
    .action(undo);
  withCommonOptions(program.command('replay <feed>'), say)
    .description(
      say({
        ko: '모든 커밋을 원본 바이트로 홈 곁에 다시 만들어 비교',
        en: 'make every commit again from its raw bytes, beside the home, and compare',
      }),
    )
    .requiredOption(
      '--check',
      say({
        ko: '비교하여 알리기만 하고 아무것도 바꾸지 않음',
        en: 'compare and report; nothing is changed',
      }),
    )
    .action(replay);
}

function list(id: string, options: CommonOptions): void {
  const home = homeOf(options);
  const commits = readCommits(home, feedNamed(home, id).profile.id);
  if (options.json) {
    printJson(commits);
    return;
  }
  const language = languageOf(options);
  const count = (value: number) => formatCount(value, language);
  print(
    commits.length === 0
      ? `nothing of ${id} was taken in`
      : table(
          [
            { title: 'number', right: true },
            { title: 'received' },
            { title: 'days' },
            { title: 'rows', right: true },
            { title: 'accepted', right: true },
            { title: 'what' },
          ],
          commits.map((commit) => [
            String(commit.number),
            commit.raws.at(-1)!.receivedAt,
            `${commit.firstDay ?? '–'} … ${commit.lastDay ?? '–'}`,
            count(commit.rows),
            count(commit.outcomes.accepted),
            nameOf(commit),
          ]),
        ),
  );
}

function nameOf({ raws, replays }: Commit): string {
  const name = raws.length === 1 ? raws[0]!.name : `${raws[0]!.name} and ${raws.length - 1} more`;
  return replays === undefined ? name : `rows brought back to commit ${replays} (${name})`;
}

async function undo(
  id: string,
  number: string,
  options: CommonOptions & { readonly wait?: string | boolean },
): Promise<void> {
  const home = homeOf(options);
  const feed = feedNamed(home, id);
  const { undone, judgedAgain, published } = await undoIngest(home, feed, Number(number), {
    waitMs: waitMs(options.wait),
    command: `undo ${id}`,
    onStage: (stage, detail) => tell(`${stage} ${detail} …`),
  });
  if (options.json) {
    printJson({ feed: id, undone, judgedAgain, published });
    return;
  }
  print(`commit ${undone.number} of ${id} (${nameOf(undone)}) is undone`);
  for (const commit of judgedAgain)
    print(`judged again without it, now commit ${commit.number}: ${nameOf(commit)}`);
  if (published) print(`${feed.profile.name[languageOf(options)]}: published anew`);
}

async function replay(id: string, options: CommonOptions): Promise<void> {
  const home = homeOf(options);
  const replayed = await replayCheck(home, id, handOverOf(feedNamed(home, id)), (commit) =>
    tell(`making commit ${commit.number} again …`),
  );
  if (options.json)
    printJson(
      replayed.map(({ commit, result, rowsHash, againHash }) => ({
        commit: commit.number,
        result,
        rowsHash,
        againHash,
      })),
    );
  else
    print(
      table(
        [{ title: 'number', right: true }, { title: 'result' }, { title: 'rows hash' }, { title: 'what' }],
        replayed.map(({ commit, result, rowsHash }) => [
          String(commit.number),
          result,
          rowsHash,
          nameOf(commit),
        ]),
      ),
    );
  if (replayed.some(({ result }) => result === 'other-rows')) process.exitCode = EXIT.badData;
}
