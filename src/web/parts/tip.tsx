import { useId, useState } from 'preact/hooks';

interface TipProps {
  readonly label: string;
  /** Class of the pressed thing itself. */
  readonly look: string;
  readonly lines: readonly string[];
}

/** Words that tell more on hover, focus and tap; Escape hides it. */
export function Tip({ label, look, lines }: TipProps) {
  const id = useId();
  const [hidden, setHidden] = useState(false);
  const show = () => setHidden(false);
  return (
    <span class={hidden ? 'verdict verdict-hidden' : 'verdict'}>
      <button
        type="button"
        class={look}
        aria-describedby={id}
        onBlur={show}
        onMouseLeave={show}
        onKeyDown={(event) => event.key === 'Escape' && setHidden(true)}
      >
        {label}
      </button>
      <span role="tooltip" id={id} class="tip">
        {lines.map((line) => (
          <span key={line}>{line}</span>
        ))}
      </span>
    </span>
  );
}
