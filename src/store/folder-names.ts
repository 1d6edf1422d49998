/** Characters that some file system refuses, that our own names are made of, or that another one takes for the same. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: no file name may have one
const ESCAPED = /[\u0000-\u001f\u007f%+\\:*?"<>|A-Z]|^\.|[. ]$/g;

/**
 * A key's segment as the name of a folder (on the way) or of a file (the last one). The two sets of names share none,
 * so that the keys `a` and `a/b` stand beside each other: a folder has no dot or ends with `+`, a file has a dot or
 * ends with `+`. Upper case is escaped, for there are file systems on which `A` and `a` are one.
 */
export function nameOfSegment(segment: string, kind: 'folder' | 'file'): string {
  const escaped = segment.replace(ESCAPED, (character) => {
    return `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return escaped.includes('.') === (kind === 'file') ? escaped : `${escaped}+`;
}

/** The segment that a name stands for; undefined for one that no key has. */
export function segmentOfName(name: string, kind: 'folder' | 'file'): string | undefined {
  const segment = (name.endsWith('+') ? name.slice(0, -1) : name).replace(/%([0-9a-f]{2})/g, (_, code) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
  return segment !== '' && nameOfSegment(segment, kind) === name ? segment : undefined;
}
