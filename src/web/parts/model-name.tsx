import { useSpeech } from '../language.ts';
import { Tip } from './tip.tsx';

/** A forecasting model by its name in the page's language; its id, as answers and files have it, on hover and focus. */
export function ModelName({ id }: { readonly id: string | null }) {
  const { text } = useSpeech();
  const name = id === null ? undefined : text.model[id];
  if (id === null || name === undefined) return <span>{id ?? text.missing}</span>;
  return <Tip label={name} look="model-name" lines={[id]} />;
}
