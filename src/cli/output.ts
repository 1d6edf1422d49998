/** Plain tables and progress on a terminal. Results go to standard output, everything else to standard error. */

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** A line of progress for people; never mixed into results. */
export function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Columns a terminal gives to a text: Hangul, kana and ideographs take two. */
export function widthOf(text: string): number {
  let width = 0;
  for (const char of text)
    width +=
      /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]/.test(
        char,
      )
        ? 2
        : 1;
  return width;
}

export interface TableColumn {
  readonly title: string;
  /** Numbers stand right. */
  readonly right?: boolean;
}

/** A table with aligned columns, for reading. */
export function table(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map((column, index) =>
    Math.max(widthOf(column.title), ...rows.map((row) => widthOf(row[index] ?? ''))),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) => {
        const gap = ' '.repeat(Math.max(0, widths[index]! - widthOf(cell)));
        return columns[index]!.right ? gap + cell : cell + gap;
      })
      .join('  ')
      .trimEnd();
  return [
    line(columns.map((column) => column.title)),
    line(widths.map((width) => '─'.repeat(width))),
    ...rows.map(line),
  ].join('\n');
}

/** Bytes for people, in millions. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}
