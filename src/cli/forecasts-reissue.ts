import type { Command } from 'commander';
import { EXIT, parseSeriesKey, SihwangError } from '../domain/index.ts';
import type { Manifest } from '../jobs/index.ts';
import { findResults, type Reissued, reissue } from '../pipeline/forecasting/index.ts';
import { homeStoreUri, openStore } from '../store/index.ts';
import { type CommonOptions, homeOf, withCommonOptions } from './command.ts';
import { languageOf, type Say, sayIn } from './language.ts';
import { print, printJson, tell } from './output.ts';

interface ReissueOptions extends CommonOptions {
  readonly run?: string;
}

export function addReissue(forecasts: Command, say: Say): void {
  withCommonOptions(forecasts.command('reissue'), say)
    .description(
      say({
        ko: '지난 예측을 그때 뜬 자료로 다시 계산하여 바이트 단위로 비교',
        en: 'compute past forecasts again from their recorded snapshot, and compare them byte by byte',
      }),
    )
    .argument(
      '[forecast]',
      say({
        ko: '일감의 해시, 또는 계열(가장 최근 결과, --run을 주면 그 작업의 결과)',
        en: 'the hash of a job, or a series: its newest result, or its result in --run',
      }),
    )
    .option('--run <run>', say({ ko: '이 작업이 낸 모든 예측', en: 'all that this run has forecast' }))
    .action(again);
}

async function again(forecast: string | undefined, options: ReissueOptions): Promise<void> {
  const store = await openStore(homeStoreUri(homeOf(options).path));
  const results = await findResults(store, {
    ...whichOf(forecast, options.run),
    ...(options.run === undefined ? {} : { run: options.run }),
  });
  const wanted = options.run === undefined ? [newestOf(results)] : results;
  const done: Reissued[] = [];
  for (const manifest of wanted) {
    if (!options.json && wanted.length > 1)
      tell(`  ${done.length + 1}/${wanted.length} ${manifest.jobSha256.slice(0, 16)} …`);
    done.push(await reissue(store, manifest));
  }
  if (options.json) return printJson(done);
  const say = sayIn(languageOf(options));
  for (const { job, run, items, snapshot, asOf, computedBy } of done) {
    const [name, from] = [job.slice(0, 16), snapshot?.slice(0, 16) ?? '–'];
    const by = `${computedBy.codeVersion}, Node ${computedBy.nodeMajor}, ${computedBy.cpuClass}`;
    print(
      say({
        ko: `${run}의 ${name}: ${asOf}까지 알려진 값으로 낸 계열 ${items ?? '모두'}, 떠 둔 자료 ${from}에서 다시 계산해도 바이트까지 같음 (${by})`,
        en: `${name} of ${run}: ${items ?? 'all'} series as of ${asOf}, from the snapshot ${from}, the same to the byte (${by})`,
      }),
    );
  }
}

function whichOf(forecast: string | undefined, run: string | undefined) {
  if (forecast === undefined && run !== undefined) return {};
  if (forecast !== undefined && /^[0-9a-f]{8,64}$/.test(forecast)) return { job: forecast };
  if (forecast !== undefined && parseSeriesKey(forecast)) return { item: forecast };
  throw new SihwangError(
    'FORECAST_UNREADABLE',
    {
      ko: `일감도 계열도 아닙니다: ${forecast ?? '아무것도 주지 않음'}`,
      en: `neither a job nor a series: ${forecast ?? 'nothing was named'}`,
    },
    {
      exit: EXIT.usage,
      hint: {
        ko: '일감은 해시의 앞 8자리 이상, 계열은 문자 표기, 작업은 --run으로 주세요.',
        en: 'Name a job by 8 digits of its hash or more, a series by its text form, or a run with --run.',
      },
    },
  );
}

function newestOf(results: readonly Manifest[]): Manifest {
  return results.reduce((newest, one) => (one.endedAt > newest.endedAt ? one : newest));
}
