import { fanChart } from './fan-chart.ts';
import { forecastCsv } from './forecast-csv.ts';
import { type PastedSeries, parseTable, TableFault } from './parse-table.ts';
import type { Answer, Question } from './worker.ts';

const WORDS = {
  ko: {
    board: '시황판',
    language: 'English',
    title: '표 하나로 예측',
    lead: '붙여 넣은 표는 이 브라우저를 떠나지 않습니다. 예측은 이 기기에서 계산합니다.',
    table: '표: unique_id,ds,y 또는 ds,y 또는 숫자 한 열',
    file: '파일을 고르거나 위에 끌어다 놓으세요',
    horizon: '앞으로 몇 단계',
    season: '한 계절의 단계 수 (없으면 1)',
    run: '예측',
    fault: (line: number, message: string) => `${line}번째 줄을 읽을 수 없습니다: ${message}`,
    progress: (done: number, total: number) => `${total}개 계열 중 ${done}개 계산`,
    done: (count: number) => `${count}개 계열의 예측입니다. 띠는 50, 80, 95 % 구간입니다.`,
    none: (id: string) => `${id}: 값이 없어 예측할 수 없습니다`,
    chart: (id: string, model: string) =>
      `${id} · ${model === 'ensemble' ? '여러 모델의 가중 평균 (ensemble)' : model}`,
    copy: '숫자 복사 (CSV)',
    copied: '복사했습니다.',
    download: 'CSV 받기',
    failed: (message: string) => `계산하지 못했습니다: ${message}`,
  },
  en: {
    board: 'Board',
    language: '한국어',
    title: 'Forecast a table',
    lead: 'What you paste stays in this browser. The forecast is computed on this device.',
    table: 'Table: unique_id,ds,y or ds,y or one column of numbers',
    file: 'Choose a file, or drop one above',
    horizon: 'Steps ahead',
    season: 'Steps in one season (1 = none)',
    run: 'Forecast',
    fault: (line: number, message: string) => `Line ${line} cannot be read: ${message}`,
    progress: (done: number, total: number) => `${done} of ${total} series forecast`,
    done: (count: number) => `Forecasts of ${count} series. The bands are the 50, 80 and 95 % intervals.`,
    none: (id: string) => `${id}: no value, so no forecast`,
    chart: (id: string, model: string) => `${id} · ${model}`,
    copy: 'Copy the numbers (CSV)',
    copied: 'Copied.',
    download: 'Download CSV',
    failed: (message: string) => `This could not be computed: ${message}`,
  },
} as const;

const stated = new URLSearchParams(location.search).get('lang');
const language =
  stated === 'ko' || stated === 'en' ? stated : navigator.language.startsWith('ko') ? 'ko' : 'en';
const words = WORDS[language];
/** Charts of more series than this are of no use to anybody at once. */
const MOST_CHARTS = 60;

const byId = <Kind extends HTMLElement>(id: string) => document.getElementById(id) as Kind;
const table = byId<HTMLTextAreaElement>('table');
const form = byId<HTMLFormElement>('question');
const status = byId('status');
const answers = byId('answers');
const numbers = byId('numbers');
const copy = byId<HTMLButtonElement>('copy');
const download = byId<HTMLAnchorElement>('download');
let csv = '';
let worker: Worker | undefined;

document.documentElement.lang = language;
document.title = `${words.title} · 시황`;
for (const place of document.querySelectorAll<HTMLElement>('[data-text]')) {
  const word = words[place.dataset.text as keyof typeof words];
  if (typeof word === 'string') place.textContent = word;
}
const other = language === 'ko' ? 'en' : 'ko';
const toOther = byId<HTMLAnchorElement>('language');
toOther.search = `lang=${other}`;
toOther.lang = other;
toOther.hreflang = other;
if (stated === language) byId<HTMLAnchorElement>('board').search = `lang=${language}`;
table.value = example();

form.addEventListener('submit', (event) => {
  event.preventDefault();
  ask();
});
byId<HTMLInputElement>('file').addEventListener('change', (event) => {
  void load((event.target as HTMLInputElement).files?.[0]);
});
form.addEventListener('dragover', (event) => {
  event.preventDefault();
  form.classList.add('over');
});
form.addEventListener('dragleave', () => form.classList.remove('over'));
form.addEventListener('drop', (event) => {
  event.preventDefault();
  form.classList.remove('over');
  void load(event.dataTransfer?.files[0]);
});

// browsers lend the clipboard to pages of this machine and of https alone
copy.hidden = !navigator.clipboard;
copy.addEventListener('click', async () => {
  await navigator.clipboard.writeText(csv);
  status.textContent = words.copied;
});

async function load(file: File | undefined): Promise<void> {
  if (!file) return;
  table.value = await file.text();
  ask();
}

function ask(): void {
  let series: PastedSeries[];
  try {
    series = parseTable(table.value);
  } catch (error) {
    if (!(error instanceof TableFault)) throw error;
    status.textContent = words.fault(error.line, error.message);
    return;
  }
  const horizon = byId<HTMLInputElement>('horizon').valueAsNumber;
  const season = byId<HTMLInputElement>('season').valueAsNumber;
  // A new question makes an unfinished answer worthless.
  worker?.terminate();
  worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  answers.replaceChildren();
  numbers.hidden = true;
  status.textContent = words.progress(0, series.length);
  worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => show(data, series));
  worker.addEventListener('error', (event) => {
    status.textContent = words.failed(event.message);
  });
  worker.postMessage({ series, horizon, season } satisfies Question);
}

function show(answer: Answer, series: readonly PastedSeries[]): void {
  if (answer.kind === 'progress') {
    status.textContent = words.progress(answer.done, answer.total);
    return;
  }
  if (answer.kind === 'failed') {
    status.textContent = words.failed(answer.message);
    return;
  }
  answer.forecasts.slice(0, MOST_CHARTS).forEach((one, i) => {
    const { id, values } = series[i]!;
    const figure = document.createElement('figure');
    const caption = document.createElement('figcaption');
    caption.textContent = one ? words.chart(id, one.model) : words.none(id);
    figure.append(caption);
    if (one) figure.append(fanChart(values, one, caption.textContent));
    answers.append(figure);
  });
  status.textContent = words.done(answer.forecasts.length);
  csv = forecastCsv(series, answer.forecasts);
  URL.revokeObjectURL(download.href);
  download.href = URL.createObjectURL(new Blob([csv], { type: 'text/csv' }));
  numbers.hidden = false;
}

/** Eight years of a made-up monthly price, so that the page can be tried as it stands. */
function example(): string {
  const rows = Array.from({ length: 96 }, (_, t) => {
    const year = 2017 + Math.floor(t / 12);
    const price = 1200 + 4 * t + 260 * Math.sin((t * Math.PI) / 6) + 90 * Math.sin(t * t * 0.7);
    return `cabbage,${year}-${String((t % 12) + 1).padStart(2, '0')},${price.toFixed(0)}`;
  });
  return ['unique_id,ds,y', ...rows].join('\n');
}
