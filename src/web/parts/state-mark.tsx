import type { StepState } from '../../api/contract.ts';
import { runsTextOf } from '../../show/index.ts';
import { useSpeech } from '../language.ts';

/** Beside its word, so that no colour carries the meaning alone. */
const GLYPHS: Readonly<Record<StepState, string>> = {
  planned: '○',
  running: '◐',
  succeeded: '✓',
  partly: '◑',
  skipped: '–',
  failed: '✕',
  blocked: '⊘',
  cancelled: '■',
};

/** Where a run or a step stands. */
export function StateMark({ state }: { readonly state: StepState }) {
  const words = runsTextOf(useSpeech().language);
  return (
    <span class={`state state-${state}`}>
      <span class="glyph" aria-hidden="true">
        {GLYPHS[state]}
      </span>{' '}
      {words.states[state] ?? state}
    </span>
  );
}
