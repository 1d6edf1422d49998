import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EXIT, SihwangError } from '../../domain/index.ts';
import { openStore, type Store } from '../../store/index.ts';
import { type JobSpec, jobSha256 } from '../job.ts';
import { readManifest } from '../manifest.ts';
import { WORKER_EFFECTS, type WorkerEffects } from './effects.ts';
import { exitOf, type Failure, failureOf } from './failure.ts';
import { runJob, specAt } from './run-job.ts';
import { askedToStop } from './run-one-job.ts';

/** SageMaker hands back 1,024 characters of the file that says why a job failed, and other words around them. */
const FAILURE_CHARACTERS = 1000;

/**
 * `sihwang-worker train`: the job of a SageMaker training container, by the files below /opt/ml (SIHWANG_OPT_ML names
 * another folder). The spec is the one `.json` file of the channel `spec`, else at the address in the hyperparameter
 * `sihwang_spec`; where `sihwang_spec_sha256` is given, its job has that hash. Gives the exit code. Ended well, the
 * result's files and `manifest.json` are in `model/`; ended otherwise, `output/failure` is one line of JSON: `exitCode`,
 * `code`, `message`. Source: docs.aws.amazon.com/sagemaker/latest/dg, your-algorithms-training-algo
 */
export async function runTraining(
  effects: WorkerEffects = WORKER_EFFECTS,
  environment: NodeJS.ProcessEnv = process.env,
  stop: AbortSignal = askedToStop(),
): Promise<number> {
  const ml = environment.SIHWANG_OPT_ML ?? '/opt/ml';
  const failureFile = join(ml, 'output', 'failure');
  let failure: Failure | undefined;
  let exitCode: number;
  try {
    rmSync(failureFile, { force: true });
    const asked = specAsked(ml);
    const spec = await specAt(asked.specUri);
    checkAsked(spec, asked.jobSha256);
    exitCode = await runJob(
      {
        specUri: asked.specUri,
        // it does not tell how often it has started the container
        attempt: 1,
        providerId: environment.TRAINING_JOB_ARN ?? environment.TRAINING_JOB_NAME ?? null,
        stop,
        checkpointCopy: await openStore(`${pathToFileURL(join(ml, 'checkpoints')).href}/`),
        failed: (why) => {
          failure = why;
        },
      },
      effects,
    );
    if (exitCode === EXIT.done) await bringResult(spec, join(ml, 'model'));
  } catch (error) {
    exitCode = exitOf(error, stop);
    failure = failureOf(error);
    effects.print(JSON.stringify({ event: 'failed', exitCode, ...failure }));
  }
  if (exitCode !== EXIT.done && failure) {
    mkdirSync(join(ml, 'output'), { recursive: true });
    writeFileSync(failureFile, failureLine(exitCode, failure));
  }
  return exitCode;
}

interface Asked {
  readonly specUri: string;
  readonly jobSha256: string | undefined;
}

function specAsked(ml: string): Asked {
  const config = join(ml, 'input', 'config');
  const parameters = jsonIn(join(config, 'hyperparameters.json'));
  const channels = jsonIn(join(config, 'inputdataconfig.json'));
  const { sihwang_spec: address, sihwang_spec_sha256: hash } = parameters;
  const specUri = 'spec' in channels ? fileOfChannel(join(ml, 'input', 'data', 'spec')) : address;
  if (typeof specUri === 'string') return { specUri, jobSha256: typeof hash === 'string' ? hash : undefined };
  throw new SihwangError(
    'JOB_SPEC_NOT_GIVEN',
    { ko: '학습 작업에 명세가 없습니다', en: 'the training job names no spec' },
    {
      exit: EXIT.configuration,
      hint: {
        ko: "명세의 주소를 하이퍼파라미터 sihwang_spec으로, 또는 파일을 'spec' 채널로 주세요.",
        en: "Give its address as the hyperparameter sihwang_spec, or its file as a channel named 'spec'.",
      },
    },
  );
}

function fileOfChannel(folder: string): string {
  const [name, ...more] = readdirSync(folder).filter((one) => one.endsWith('.json'));
  if (name !== undefined && more.length === 0) return pathToFileURL(join(folder, name)).href;
  throw new SihwangError(
    'JOB_SPEC_NOT_GIVEN',
    {
      ko: `spec 채널에 명세가 ${more.length + (name ? 1 : 0)}개 있습니다`,
      en: `the channel spec holds ${more.length + (name ? 1 : 0)} specs`,
    },
    {
      exit: EXIT.configuration,
      hint: {
        ko: '채널의 S3 주소가 명세 하나의 키가 되게 하세요.',
        en: "Let the channel's S3 address be the key of one spec.",
      },
    },
  );
}

/** A configuration file's members; a file that is not there has none. */
function jsonIn(path: string): Readonly<Record<string, unknown>> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
  try {
    const found: unknown = JSON.parse(text);
    if (typeof found === 'object' && found !== null) return found as Record<string, unknown>;
  } catch {
    // said below
  }
  throw new SihwangError(
    'TRAINING_UNREADABLE',
    { ko: `JSON 객체가 아닙니다: ${path}`, en: `${path} is no JSON object` },
    {
      exit: EXIT.configuration,
      hint: {
        ko: '컨테이너를 SageMaker처럼 시작하거나, SIHWANG_OPT_ML에 /opt/ml과 같은 꼴의 폴더를 주세요.',
        en: 'Start the container as SageMaker does, or set SIHWANG_OPT_ML to a folder made like its /opt/ml.',
      },
    },
  );
}

function checkAsked({ job }: JobSpec, wanted: string | undefined): void {
  const found = jobSha256(job);
  if (wanted === undefined || wanted === found) return;
  throw new SihwangError(
    'JOB_SPEC_OF_ANOTHER',
    {
      ko: `명세는 일감 ${found.slice(0, 16)}의 것인데 학습 작업은 ${wanted.slice(0, 16)}용입니다`,
      en: `the spec is of job ${found.slice(0, 16)}, the training job was made for ${wanted.slice(0, 16)}`,
    },
    {
      exit: EXIT.bug,
      hint: {
        ko: '두 일감이 한 학습 작업을 받았습니다. 알려 주세요.',
        en: 'Two jobs were given one training job; report this.',
      },
    },
  );
}

/** The result's files for SageMaker's model archive: whoever computed them, this worker or an earlier one. */
async function bringResult({ job, placement }: JobSpec, folder: string): Promise<void> {
  const store: Store = await openStore(placement.store);
  const manifest = await readManifest(store, placement, jobSha256(job));
  mkdirSync(folder, { recursive: true });
  for (const { name, key, sha256 } of manifest?.outputs ?? [])
    await store.getFile(key, join(folder, name), { sha256 });
  writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify(manifest)}\n`);
}

/** The exit code first, so that a line that is cut still tells it; the message is what gets shorter. */
function failureLine(exitCode: number, { code, message }: Failure): string {
  for (let length = message.length; ; length = Math.floor(length * 0.9)) {
    const line = JSON.stringify({ exitCode, code, message: message.slice(0, length) });
    if (line.length <= FAILURE_CHARACTERS) return line;
  }
}
