import type { Command } from 'commander';
import { EXIT } from '../domain/index.ts';
import { type Commit, readCommits, replayCheck } from '../lake/index.ts';
import { handOverOf, undoIngest } from '../pipeline/index.ts';
import { formatCount } from '../show/index.ts';
import { type CommonOptions, feedNamed, homeOf, languageOf, withCommonOptions } from './command.ts';
import { print, printJson, table, tell } from './output.ts';
import { waitMs } from './wait-option.ts';

/** The commands about what was taken in before: list it, take it out again, make it anew and compare. */
export function addUndo(program: Command): void {
  withCommonOptions(program.command('commits <feed>'))
    .description('list what was taken in of a feed: files and fetches, each with its number')
    .action(list);
  withCommonOptions(program.command('undo <feed> <number>'))
    .description('take one commit out again, as if it had never come; its raw bytes stay')
    .option('--wait [seconds]', 'wait while another process is writing to the home')
    .action(undo);
  withCommonOptions(program.command('replay <feed>'))
    .description('make every commit again from its raw bytes, beside the home, and compare')
    .requiredOption('--check', 'compare and report; nothing is changed')
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
