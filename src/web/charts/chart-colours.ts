/** The page's colour tokens, as the canvas needs them: resolved, for the scheme in force. */
export interface ChartColours {
  readonly ink: string;
  readonly muted: string;
  readonly grid: string;
  readonly forecast: string;
  readonly normal: string;
  readonly surface: string;
  readonly font: string;
}

const TOKENS = ['ink', 'muted', 'grid', 'forecast', 'normal', 'surface'] as const;

/** `light-dark()` stays unresolved in a custom property, so each token is asked of a probe's computed colour. */
export function readColours(host: HTMLElement): ChartColours {
  const probe = document.createElement('span');
  host.append(probe);
  const style = getComputedStyle(probe);
  const colours = Object.fromEntries(
    TOKENS.map((token) => {
      probe.style.color = `var(--${token})`;
      return [token, style.color];
    }),
  ) as Record<(typeof TOKENS)[number], string>;
  const font = `${Math.round(Number.parseFloat(style.fontSize) * 0.88)}px ${style.fontFamily}`;
  probe.remove();
  return { ...colours, font };
}

/** The same colour, thinner: for bands, which lie over one another. `colour` is a computed `rgb(…)`. */
export function thin(colour: string, opacity: number): string {
  return colour.replace(/^rgb\((.*)\)$/, `rgba($1, ${opacity})`);
}

const MEDIA = ['(prefers-color-scheme: dark)', '(forced-colors: active)'] as const;

/** Calls back whenever what the canvas painted may have the wrong colour, sharpness or letters; returns the end. */
export function onLookChange(callback: () => void, colourEvent: string): () => void {
  const ended = new AbortController();
  const { signal } = ended;
  for (const query of MEDIA) matchMedia(query).addEventListener('change', callback, { signal });
  matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener('change', callback, { signal });
  document.fonts.addEventListener('loadingdone', callback, { signal });
  window.addEventListener(colourEvent, callback, { signal });
  return () => ended.abort();
}
