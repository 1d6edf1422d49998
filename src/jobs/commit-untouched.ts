import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bilingual, EXIT, SihwangError } from '../domain/index.ts';
import { reach, type Store, sha256OfFile } from '../store/index.ts';
import { collectUntouched, taskNamed, untouchedWorkOf } from '../tasks/index.ts';
import { unpackNamed } from './archive-files.ts';
import type { JobRow } from './job-rows.ts';
import { keepOutputs } from './leave-result.ts';
import { commitManifest, type Manifest, type ManifestOutput } from './manifest.ts';
import type { LeftBehind, Report } from './runner.ts';

/** The artefact of an image without our worker, as its provider packed it. */
const ARCHIVE_NAME = 'model.tar.gz';
const MIB = 2 ** 20;

type Done = Pick<Report, 'providerId'> & { readonly left: LeftBehind };

/**
 * Commits the result of a job that an image without our worker has done: its archive as it stands in the store, and what the
 * task makes of the files in it. Whoever commits first wins, so a controller that dies on the way is followed by one that
 * does the same; nothing is moved, and nothing that was left is changed.
 * @throws SihwangError (70) in words for what cannot be used; `JOB_RESULT_OF_ANOTHER`
 */
export async function commitUntouched(
  store: Store,
  { spec, gen, jobSha256 }: Pick<JobRow, 'spec' | 'gen' | 'jobSha256'>,
  { providerId, left }: Done,
): Promise<'committed' | 'superseded'> {
  const { job, placement } = spec;
  const work = untouchedWorkOf(await taskNamed(job.task));
  const { image, maxOutputMiB } = placement.untouched!;
  const folder = mkdtempSync(join(tmpdir(), 'sihwang-left-'));
  try {
    const looked = join(folder, 'looked-into');
    mkdirSync(looked);
    const archive = await archiveIn(store, spec.placement.result, left, {
      maxOutputMiB,
      path: join(folder, 'archive'),
    });
    if (archive) await unpackNamed(join(folder, 'archive'), looked, work.looksInto);
    const { files, metrics } = await collectUntouched(job, { folder: looked, figures: left.figures });
    const writer = randomBytes(8).toString('hex');
    const outputs = await keepOutputs(store, `${placement.result}out/${gen}-1-${writer}/`, files);
    reach('untouched-outputs-kept');
    const manifest: Manifest = {
      v: 1,
      ...{ jobSha256, spec, gen, attempt: 1, writer, providerId },
      outputs: [...outputs, ...(archive ? [archive] : [])],
      metrics,
      // what computed it is the image; no Node and no processor of ours had a part in it
      computedBy: { codeVersion: job.codeVersion, nodeMajor: 0, cpuClass: 'image', lockSha256: null, image },
      startedAt: left.startedAt.toISOString(),
      endedAt: left.endedAt.toISOString(),
    };
    return await commitManifest(store, manifest);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The archive where it lies, with the hash of its bytes, which are brought to `path`; null = the image left no file. */
async function archiveIn(
  store: Store,
  result: string,
  { archiveUri }: LeftBehind,
  { maxOutputMiB, path }: { readonly maxOutputMiB: number; readonly path: string },
): Promise<ManifestOutput | null> {
  if (archiveUri === null) return null;
  if (!archiveUri.startsWith(store.uriOf(result)))
    throw refused(
      {
        ko: `압축 파일 ${archiveUri}가 ${store.uriOf(result)} 아래에 없음`,
        en: `its archive ${archiveUri} is not below ${store.uriOf(result)}`,
      },
      {
        ko: '학습이 모델을 남기는 곳을 아무도 바꾸지 않게 하세요.',
        en: 'Let nobody change where a training leaves its model.',
      },
    );
  const key = archiveUri.slice(store.uri.length);
  const found = await store.head(key);
  if (!found)
    throw refused(
      { ko: `저장소에 없는 압축 파일: ${archiveUri}`, en: `its archive ${archiveUri} is not in the store` },
      {
        ko: '일감을 다시 시작하세요: sihwang runs retry RUN.',
        en: 'Start the job anew: sihwang runs retry RUN.',
      },
    );
  if (found.bytes > maxOutputMiB * MIB)
    throw refused(
      {
        ko: `압축 파일이 ${Math.ceil(found.bytes / MIB)} MiB인데 ${maxOutputMiB} MiB까지 됨`,
        en: `its archive has ${Math.ceil(found.bytes / MIB)} MiB; ${maxOutputMiB} are allowed`,
      },
      {
        ko: '설정의 maxOutputMiB를 늘리거나 이미지가 덜 남기게 하세요.',
        en: 'Give the recipe more maxOutputMiB, or let the image keep less.',
      },
    );
  await store.getFile(key, path);
  return { name: ARCHIVE_NAME, key, bytes: found.bytes, sha256: await sha256OfFile(path) };
}

function refused(what: Bilingual, hint: Bilingual): SihwangError {
  return new SihwangError(
    'IMAGE_OUTPUT_REFUSED',
    {
      ko: `이미지가 남긴 것을 쓸 수 없습니다: ${what.ko}`,
      en: `what the image left cannot be used: ${what.en}`,
    },
    {
      exit: EXIT.bug,
      hint,
    },
  );
}
