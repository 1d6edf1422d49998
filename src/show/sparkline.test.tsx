import { render } from 'preact-render-to-string';
import { expect, test } from 'vitest';
import { Sparkline } from './sparkline.tsx';

test('a gap stays a gap and the last price gets the dot', () => {
  const svg = render(<Sparkline values={[1, 2, null, 4, null]} width={96} height={24} />);
  const path = /d="([^"]+)"/.exec(svg)?.[1] ?? '';
  expect(path.match(/M/g)).toHaveLength(2);
  expect(svg).toContain('cx="70.5"');
  expect(svg).toContain('aria-hidden="true"');
  expect(svg).not.toContain('style=');
});

test('a flat series runs through the middle, one price draws nothing', () => {
  expect(render(<Sparkline values={[5, 5]} width={90} height={20} label="flat" />)).toContain('M3,10L87,10');
  expect(render(<Sparkline values={[null, 5]} width={90} height={20} />)).toBe('');
});
