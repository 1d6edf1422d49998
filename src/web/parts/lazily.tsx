import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Loading } from './states.tsx';

interface LazilyProps<Props> {
  /** The same function at every drawing. */
  readonly load: () => Promise<ComponentType<Props>>;
  readonly height: 'page' | 'line';
  readonly props: Props;
}

/** What is loaded when it is first shown, so that nobody else pays for it. */
export function Lazily<Props extends object>({ load, height, props }: LazilyProps<Props>) {
  const [Loaded, setLoaded] = useState<ComponentType<Props> | null>(null);
  useEffect(() => {
    load().then((loaded) => setLoaded(() => loaded));
  }, [load]);
  return Loaded ? <Loaded {...props} /> : <Loading height={height} />;
}
