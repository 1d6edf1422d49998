import type { Language } from './language.ts';
import { planTextOf } from './text/plan.ts';

/** A step of a plan as it is drawn; `needs` are ids of steps that stand before it in the list. */
export interface DrawnStep {
  readonly id: string;
  readonly kind: string;
  readonly needs: readonly string[];
  /** Where it stands in a run; absent for a plan alone. */
  readonly state?: string;
}

/**
 * A plan as lines of text: each step below the last of those it needs; what else it needs stands behind it.
 * Steps come each after what they need.
 */
export function planLines(steps: readonly DrawnStep[], language: Language): string[] {
  const words = planTextOf(language);
  const place = new Map(steps.map(({ id }, at) => [id, at]));
  const parentOf = ({ needs }: DrawnStep) =>
    needs.reduce<string | undefined>(
      (last, need) => (last === undefined || place.get(need)! > place.get(last)! ? need : last),
      undefined,
    );
  const children = (parent: string | undefined) => steps.filter((step) => parentOf(step) === parent);
  const lines: string[] = [];
  const draw = (step: DrawnStep, lead: string, last: boolean, top: boolean): void => {
    const parent = parentOf(step);
    const others = step.needs.filter((need) => need !== parent);
    const state = step.state === undefined ? '' : `  ${step.state}`;
    const also = others.length > 0 ? `  ${words.also(others.join(', '))}` : '';
    lines.push(`${lead}${top ? '' : last ? '└─ ' : '├─ '}${step.id}${state}${also}`);
    const below = children(step.id);
    below.forEach((child, at) => {
      draw(child, top ? '' : `${lead}${last ? '   ' : '│  '}`, at === below.length - 1, false);
    });
  };
  for (const step of children(undefined)) draw(step, '', true, true);
  return lines;
}

const BOX = { width: 190, height: 40, across: 60, down: 18, margin: 16 } as const;
const COLOURS: Readonly<Record<string, string>> = {
  succeeded: '#2e7d32',
  partly: '#ef6c00',
  skipped: '#78909c',
  running: '#1565c0',
  failed: '#c62828',
  blocked: '#8d6e63',
  cancelled: '#6a1b9a',
};
const QUIET = '#546e7a';

/** A plan as a picture, from left to right: a step stands one column behind the latest that it needs. */
export function planSvg(title: string, steps: readonly DrawnStep[]): string {
  const columns = new Map<string, number>();
  const taken: number[] = [];
  const boxes = new Map<string, { x: number; y: number }>();
  for (const { id, needs } of steps) {
    const column = Math.max(-1, ...needs.map((need) => columns.get(need)!)) + 1;
    // a step stands beside what it needs where there is room, so that its line is straight
    const beside = Math.max(0, ...needs.map((need) => rowOf(boxes.get(need)!.y)));
    const row = Math.max(taken[column] ?? 0, needs.length > 0 ? beside : 0);
    taken[column] = row + 1;
    columns.set(id, column);
    boxes.set(id, { x: BOX.margin + column * (BOX.width + BOX.across), y: topOf(row) });
  }
  const width = 2 * BOX.margin + taken.length * BOX.width + Math.max(0, taken.length - 1) * BOX.across;
  const height = topOf(Math.max(0, ...taken.map((rows) => rows ?? 0))) + BOX.margin;
  const lines = steps.flatMap(({ id, needs }) => needs.map((need) => edge(boxes.get(need)!, boxes.get(id)!)));
  const drawn = steps.map((step) => box(step, boxes.get(step.id)!));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="sans-serif" font-size="12"><title>${escaped(title)}</title>${lines.join('')}${drawn.join('')}</svg>\n`;
}

function topOf(row: number): number {
  return BOX.margin + row * (BOX.height + BOX.down);
}

function rowOf(y: number): number {
  return Math.round((y - BOX.margin) / (BOX.height + BOX.down));
}

function edge(from: { x: number; y: number }, to: { x: number; y: number }): string {
  const [x1, y1] = [from.x + BOX.width, from.y + BOX.height / 2];
  const [x2, y2] = [to.x, to.y + BOX.height / 2];
  const bend = (x2 - x1) / 2;
  return `<path d="M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}" fill="none" stroke="#90a4ae" stroke-width="1.5"/>`;
}

function box({ id, kind, state }: DrawnStep, { x, y }: { x: number; y: number }): string {
  const colour = (state !== undefined && COLOURS[state]) || QUIET;
  const below = state === undefined ? kind : `${kind} · ${state}`;
  return `<g><rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="6" fill="#fff" stroke="${colour}" stroke-width="1.5"/><text x="${x + 10}" y="${y + 17}" fill="#263238">${escaped(shortened(id))}</text><text x="${x + 10}" y="${y + 32}" fill="${colour}" font-size="10">${escaped(below)}</text></g>`;
}

/** What fits into a box. */
function shortened(text: string): string {
  return text.length > 27 ? `${text.slice(0, 26)}…` : text;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
