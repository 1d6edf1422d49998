import type { RunDetail } from '../../api/contract.ts';
import {
  durationText,
  errorTexts,
  formatInstant,
  type Language,
  runsTextOf,
  skipText,
} from '../../show/index.ts';
import { useSpeech } from '../language.ts';
import { ScrollArea } from './scroll-area.tsx';
import { StateMark } from './state-mark.tsx';

type Step = RunDetail['steps'][number];

const WIDTH = 240;
/** A step of a moment is still to be seen. */
const LEAST_WIDTH = 2;

interface TimelineProps {
  readonly detail: RunDetail;
  readonly now: number;
}

/** Each step of a run on one line: where it stands, when it was at work, and what was wrong. */
export function RunTimeline({ detail: { run, steps }, now }: TimelineProps) {
  const { language } = useSpeech();
  const words = runsTextOf(language);
  const times = steps.flatMap(({ startedAt, endedAt }) =>
    startedAt === null ? [] : [Date.parse(startedAt), endedAt === null ? now : Date.parse(endedAt)],
  );
  const first = Math.min(...times);
  const span = Math.max(1, Math.max(...times) - first);
  return (
    <ScrollArea label={`${words.timeline}: ${run.id}`}>
      <table class="run-steps">
        <caption class="visually-hidden">{words.timeline}</caption>
        <thead>
          <tr>
            <th scope="col">{words.steps}</th>
            <th scope="col">{words.state}</th>
            <th scope="col">{words.timeline}</th>
            <th scope="col" class="number">
              {words.took}
            </th>
          </tr>
        </thead>
        <tbody>
          {steps.map((step) => (
            <tr key={step.id}>
              <th scope="row">
                {step.id}
                <StepRemark step={step} />
              </th>
              <td>
                <StateMark state={step.state} />
              </td>
              <td>
                <StepBar step={step} first={first} span={span} now={now} />
              </td>
              <td class="number">{tookOf(step, now, language)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

function StepRemark({ step }: { readonly step: Step }) {
  const { language } = useSpeech();
  const words = runsTextOf(language);
  const said = [
    ...(step.error ? errorTexts(step.error, language) : []),
    step.skipReason === null ? null : skipText(step.skipReason, language),
    step.begun > 1 ? words.tries(step.begun) : null,
  ].filter(Boolean);
  return said.length === 0 ? null : <small class={step.error ? 'step-error' : ''}>{said.join(' · ')}</small>;
}

interface BarProps {
  readonly step: Step;
  readonly first: number;
  readonly span: number;
  readonly now: number;
}

function StepBar({ step, first, span, now }: BarProps) {
  const { language } = useSpeech();
  if (step.startedAt === null) return null;
  const from = Date.parse(step.startedAt);
  const to = step.endedAt === null ? now : Date.parse(step.endedAt);
  const x = Math.min(((from - first) / span) * WIDTH, WIDTH - LEAST_WIDTH);
  const label = [step.startedAt, step.endedAt ?? '']
    .map((at) => at && formatInstant(at, language))
    .join(' – ');
  return (
    <svg
      class="step-bar"
      viewBox={`0 0 ${WIDTH} 12`}
      preserveAspectRatio="none"
      width={WIDTH}
      height="12"
      role="img"
      aria-label={label}
    >
      <rect
        class={`bar-${step.state}`}
        x={x.toFixed(1)}
        y="2"
        width={Math.max(LEAST_WIDTH, ((to - from) / span) * WIDTH).toFixed(1)}
        height="8"
        rx="2"
      />
    </svg>
  );
}

function tookOf(
  { startedAt, endedAt }: Pick<Step, 'startedAt' | 'endedAt'>,
  now: number,
  language: Language,
): string {
  if (startedAt === null) return '';
  return durationText((endedAt === null ? now : Date.parse(endedAt)) - Date.parse(startedAt), language);
}
