import { type Bilingual, EXIT, SihwangError } from '../../domain/index.ts';
import { openHome } from '../../lake/index.ts';
import { type FromOrchestrator, KEPT } from './keep-orchestrating.ts';
import { orchestrate, realEffects } from './orchestrate.ts';

/** The process of an orchestrator, started with the path of the home, and with `kept` by a keeper with whom it ends. */
const stopped = new AbortController();
const tell = (message: FromOrchestrator): void => {
  if (process.connected) process.send!(message, () => undefined);
};

process.on('disconnect', () => process.exit(EXIT.done));
// a keeper that died while this program was being read is heard of by nobody
if (process.argv[3] === KEPT && !process.connected) process.exit(EXIT.done);
// the keeper decides; Ctrl-C reaches the whole group
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => stopped.abort());
process.on('message', () => stopped.abort());

const report = (problem: Bilingual, hint: Bilingual | null, told = () => {}): void => {
  if (process.connected) process.send!({ problem, hint } satisfies FromOrchestrator, told);
  else {
    console.error(problem.en);
    told();
  }
};
// said in the same turn in which it ends: not one more thing may be begun
const die = ({ message }: Error): void => {
  const lost = {
    ko: `잠금을 잃어, 다른 오케스트레이터가 일하고 있을 수 있습니다: ${message}`,
    en: `it has lost its lock, and another orchestrator may be at work: ${message}`,
  };
  report(lost, null);
  process.exit(EXIT.tryAgain);
};

try {
  await orchestrate(
    openHome(process.argv[2]!),
    {
      signal: stopped.signal,
      onState: (state, detail) => tell({ state, detail }),
      onLine: (line) => tell({ line }),
    },
    realEffects(die),
  );
  process.exit(EXIT.done);
} catch (error) {
  if (stopped.signal.aborted) process.exit(EXIT.done);
  if (error instanceof SihwangError) {
    const { message, hint, ko, exit } = error;
    report({ ko: ko.message, en: message }, { ko: ko.hint, en: hint }, () => process.exit(exit));
  } else {
    const { message, stack } = error as Error;
    report({ ko: stack ?? message, en: stack ?? message }, null, () => process.exit(EXIT.tryAgain));
  }
}
