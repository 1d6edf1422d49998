import { useQuery, useQueryClient } from '@tanstack/preact-query';
import { useEffect, useState } from 'preact/hooks';
import { Link } from 'wouter-preact';
import type { RunDetail, RunSummary } from '../../api/contract.ts';
import { durationText, formatInstant, runsTextOf } from '../../show/index.ts';
import { useSearch } from '../address-bar.ts';
import { askOfRun, runQuestion, runsQuestion } from '../api-client.ts';
import { useSpeech } from '../language.ts';
import { type RunsAddress, readRunsAddress, runsHref } from '../page-address.ts';
import { DriftAlarms } from '../parts/drift-alarms.tsx';
import { Mornings } from '../parts/mornings.tsx';
import { PageShell } from '../parts/page-shell.tsx';
import { RunTimeline } from '../parts/run-timeline.tsx';
import { ScrollArea } from '../parts/scroll-area.tsx';
import { StateMark } from '../parts/state-mark.tsx';
import { Block, Empty, Failure, Loading } from '../parts/states.tsx';

/** A running bar grows so often. */
const TICK_MS = 1000;

/** Now, told again each second while something goes on. */
function useNow(goesOn: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!goesOn) return undefined;
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [goesOn]);
  return now;
}

interface ListProps {
  readonly runs: readonly RunSummary[];
  readonly shown: string | undefined;
  readonly address: RunsAddress;
}

function RunTable({ runs, shown, address }: ListProps) {
  const { language } = useSpeech();
  const words = runsTextOf(language);
  const now = useNow(runs.some(({ state }) => state === 'running'));
  return (
    <ScrollArea label={words.list}>
      <table class="runs">
        <caption class="visually-hidden">{words.list}</caption>
        <thead>
          <tr>
            {[words.scheduledFor, words.plan, words.state, words.steps].map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
            <th scope="col" class="number">
              {words.took}
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <tr key={run.id} aria-current={run.id === shown ? 'true' : undefined}>
              <th scope="row">
                <Link href={runsHref({ ...address, run: run.id })}>
                  {formatInstant(run.scheduledFor, language)}
                </Link>
              </th>
              <td>{run.plan}</td>
              <td>
                <StateMark state={run.state} />
              </td>
              <td>{words.stepsDone(...stepsOf(run))}</td>
              <td class="number">
                {run.startedAt === null
                  ? ''
                  : durationText(
                      (run.endedAt === null ? now : Date.parse(run.endedAt)) - Date.parse(run.startedAt),
                      language,
                    )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

function stepsOf({ steps }: RunSummary): [done: number, total: number] {
  const total = Object.values(steps).reduce((sum, count) => sum + (count ?? 0), 0);
  return [(steps.succeeded ?? 0) + (steps.partly ?? 0) + (steps.skipped ?? 0), total];
}

/** What a person may ask of a run as it stands. */
function RunDeeds({ run }: { readonly run: RunSummary }) {
  const words = runsTextOf(useSpeech().language);
  const client = useQueryClient();
  const [asked, setAsked] = useState<'no' | 'asking' | 'asked'>('no');
  const [problem, setProblem] = useState<unknown>(null);
  // of a good run only a hook can have failed
  const retried = run.state !== 'succeeded' || run.steps.failed ? 'retry' : null;
  const deed = run.endedAt === null ? 'cancel' : retried;
  if (run.cancelling) return <p role="status">{words.cancelling}</p>;
  if (deed === null) return null;
  const ask = () => {
    setAsked('asking');
    setProblem(null);
    askOfRun(run.id, deed).then(
      () => {
        setAsked('asked');
        client.invalidateQueries({ queryKey: runQuestion(run.id).queryKey });
      },
      (error) => {
        setAsked('no');
        setProblem(error);
      },
    );
  };
  return (
    <div class="run-deeds">
      <button type="button" disabled={asked !== 'no'} onClick={ask}>
        {words[deed]}
      </button>
      <span role="status">{asked === 'asked' ? words.asked : ''}</span>
      {problem !== null && <Failure what="run" error={problem} onRetry={ask} />}
    </div>
  );
}

function RunEvents({ events }: Pick<RunDetail, 'events'>) {
  const { language } = useSpeech();
  const words = runsTextOf(language);
  return (
    <details class="run-events">
      <summary>{words.events}</summary>
      {events.length === 0 ? (
        <p class="missing">{words.noEvents}</p>
      ) : (
        <ol>
          {events.map(({ id, at, step, name, fields }) => (
            <li key={id}>
              <time dateTime={at}>{formatInstant(at, language)}</time> {step} <strong>{name}</strong>{' '}
              <code>{JSON.stringify(fields)}</code>
            </li>
          ))}
        </ol>
      )}
    </details>
  );
}

function RunView({ id }: { readonly id: string }) {
  const { language } = useSpeech();
  const words = runsTextOf(language);
  const { data, error, refetch } = useQuery(runQuestion(id));
  const now = useNow(data?.run.state === 'running');
  if (error && !data) return <Failure what="run" error={error} onRetry={refetch} />;
  if (!data) return <Loading height="table" />;
  const { run } = data;
  return (
    <section aria-labelledby="run-heading">
      <h2 id="run-heading">
        {run.plan} · {formatInstant(run.scheduledFor, language)} <StateMark state={run.state} />
      </h2>
      <p class="missing">{words.askedBy(run.askedBy)}</p>
      <RunDeeds key={`${run.id} ${run.state}`} run={run} />
      <RunTimeline detail={data} now={now} />
      <RunEvents events={data.events} />
    </section>
  );
}

export function RunsPage() {
  const words = runsTextOf(useSpeech().language);
  const address = readRunsAddress(useSearch());
  const { data, error, refetch } = useQuery(runsQuestion());
  const shown = address.run ?? data?.runs[0]?.id;
  return (
    <PageShell title={words.title}>
      <h1>{words.title}</h1>
      {error && !data ? (
        <Failure what="runs" error={error} onRetry={refetch} />
      ) : !data ? (
        <Loading height="table" />
      ) : (
        <Block what="runs">
          <Mornings mornings={data.mornings} />
          <DriftAlarms lang={address.lang} />
          {data.runs.length === 0 ? (
            <Empty>{words.none}</Empty>
          ) : (
            <RunTable runs={data.runs} shown={shown} address={address} />
          )}
        </Block>
      )}
      {shown !== undefined && (
        <Block what="run">
          <RunView key={shown} id={shown} />
        </Block>
      )}
    </PageShell>
  );
}
