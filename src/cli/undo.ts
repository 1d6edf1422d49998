import type { Command } from 'commander';
import { EXIT } from '../domain/index.ts';
import { type Commit, readCommits, replayCheck } from '../lake/index.ts';
import { handOverOf, undoIngest } from '../pipeline/index.ts';
import { formatCount } from '../show/index.ts';
import { type CommonOptions, feedNamed, homeOf, withCommonOptions } from './command.ts';
import { languageOf, type Say, sayIn } from './language.ts';
import { print, printJson, table, tell } from './output.ts';
import { tellStage } from './stages.ts';
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
      ? sayIn(language)({ ko: `받아 넣은 것이 없습니다: ${id}`, en: `nothing of ${id} was taken in` })
      : table(
          [
            { title: language === 'ko' ? '번호' : 'number', right: true },
            { title: language === 'ko' ? '받은 시각' : 'received' },
            { title: language === 'ko' ? '기간' : 'days' },
            { title: language === 'ko' ? '행' : 'rows', right: true },
            { title: language === 'ko' ? '받음' : 'accepted', right: true },
            { title: language === 'ko' ? '내용' : 'what' },
          ],
          commits.map((commit) => [
            String(commit.number),
            commit.raws.at(-1)!.receivedAt,
            `${commit.firstDay ?? '–'} … ${commit.lastDay ?? '–'}`,
            count(commit.rows),
            count(commit.outcomes.accepted),
            nameOf(commit, sayIn(language)),
          ]),
        ),
  );
}

function nameOf({ raws, replays }: Commit, say: Say): string {
  const first = raws[0]!.name;
  const more = raws.length - 1;
  const name = more === 0 ? first : say({ ko: `${first} 외 ${more}개`, en: `${first} and ${more} more` });
  if (replays === undefined) return name;
  return say({
    ko: `${replays}번 커밋에 되살린 행 (${name})`,
    en: `rows brought back to commit ${replays} (${name})`,
  });
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
    onStage: tellStage(languageOf(options)),
  });
  if (options.json) {
    printJson({ feed: id, undone, judgedAgain, published });
    return;
  }
  const say = sayIn(languageOf(options));
  const name = nameOf(undone, say);
  print(
    say({
      ko: `${id}의 ${undone.number}번 커밋(${name})을 도로 뺐습니다`,
      en: `commit ${undone.number} of ${id} (${name}) is undone`,
    }),
  );
  for (const commit of judgedAgain)
    print(
      say({
        ko: `그것 없이 다시 판정, 이제 ${commit.number}번 커밋: ${nameOf(commit, say)}`,
        en: `judged again without it, now commit ${commit.number}: ${nameOf(commit, say)}`,
      }),
    );
  if (published) print(`${say(feed.profile.name)}: ${say({ ko: '다시 공표됨', en: 'published anew' })}`);
}

async function replay(id: string, options: CommonOptions): Promise<void> {
  const home = homeOf(options);
  const say = sayIn(languageOf(options));
  const replayed = await replayCheck(home, id, handOverOf(feedNamed(home, id)), (commit) =>
    tell(say({ ko: `${commit.number}번 커밋을 다시 만듦 …`, en: `making commit ${commit.number} again …` })),
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
        [
          { title: say({ ko: '번호', en: 'number' }), right: true },
          { title: say({ ko: '결과', en: 'result' }) },
          { title: say({ ko: '행의 해시', en: 'rows hash' }) },
          { title: say({ ko: '내용', en: 'what' }) },
        ],
        replayed.map(({ commit, result, rowsHash }) => [
          String(commit.number),
          result,
          rowsHash,
          nameOf(commit, say),
        ]),
      ),
    );
  if (replayed.some(({ result }) => result === 'other-rows')) process.exitCode = EXIT.badData;
}
