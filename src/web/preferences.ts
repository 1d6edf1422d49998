/** Choices that belong to the reader and not to the address: appearance, and the colours of change. */
export interface Preferences {
  readonly scheme: 'auto' | 'light' | 'dark';
  /** `korean`: red rises, blue falls. `reversed`: green rises, red falls, as elsewhere. */
  readonly changeColours: 'korean' | 'reversed';
}

const KEY = 'sihwang-preferences';
const DEFAULTS: Preferences = { scheme: 'auto', changeColours: 'korean' };

/** Told to whoever paints outside CSS (the canvas) when the colours of the page changed. */
export const COLOURS_CHANGED = 'sihwang-colours';

export function readPreferences(): Preferences {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Preferences>;
    return {
      scheme: stored.scheme === 'light' || stored.scheme === 'dark' ? stored.scheme : 'auto',
      changeColours: stored.changeColours === 'reversed' ? 'reversed' : 'korean',
    };
  } catch {
    return DEFAULTS;
  }
}

export function applyPreferences(preferences: Preferences): void {
  const root = document.documentElement;
  root.dataset.scheme = preferences.scheme;
  root.dataset.change = preferences.changeColours;
  window.dispatchEvent(new Event(COLOURS_CHANGED));
}

export function savePreferences(preferences: Preferences): void {
  applyPreferences(preferences);
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // A browser that keeps nothing still shows the choice until the page is left.
  }
}
