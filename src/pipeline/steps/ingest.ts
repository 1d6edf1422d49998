import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../domain/index.ts';
import type { Home } from '../../lake/index.ts';
import { ingestFiles } from '../ingest-files.ts';
import { feedIn, feedParamProblems, lockForStep } from './feed-step.ts';
import { type ChildKind, Skipped, type StepContext } from './step.ts';

/** Where files of a feed that comes as files are put for the next run: `<home>/drop/<feed>/`. */
export function dropFolder(home: Home, feed: string): string {
  return join(home.path, 'drop', feed);
}

/**
 * Takes in the files of a folder; those that are in the lake already change nothing, so they may stay where they are.
 * Parameters: `feed`, and `folder` for another place than the home's drop folder.
 */
export const ingestStep: ChildKind = {
  kind: 'ingest',
  does: {
    ko: '자료의 drop 폴더에 놓인 파일을 받아들입니다',
    en: "takes in the files of a feed's drop folder",
  },
  runs: 'child',
  writesLake: true,
  check: (params) => feedParamProblems(params, ['folder']),
  async perform(context: StepContext): Promise<Json | Skipped> {
    const feed = feedIn(context);
    const folder = (context.params.folder as string | undefined) ?? dropFolder(context.home, feed.profile.id);
    const files = existsSync(folder) ? filesIn(folder) : [];
    if (files.length === 0) return new Skipped('no-files', folder);
    const { command, waitMs } = lockForStep(context);
    const { taken, skipped } = await ingestFiles(context.home, feed, files, {
      ...{ command, waitMs, publish: false },
      onStage: (stage, detail) => context.event(`step.${stage}`, { detail }),
    });
    const fresh = taken.filter(({ status }) => status === 'taken').map(({ commit }) => commit);
    return {
      ...{ feed: feed.profile.id, files: files.length, skipped },
      rows: fresh.reduce((sum, { rows }) => sum + rows, 0),
      commits: fresh.map(({ number }) => number),
    };
  },
};

/** A file that is still being written carries a dot in front, by custom. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map(({ name }) => join(folder, name))
    .sort();
}
