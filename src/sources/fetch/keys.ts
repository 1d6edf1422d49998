import { existsSync, readFileSync, statSync } from 'node:fs';
import type { Bilingual } from '../../domain/index.ts';
import type { KeyNeed } from './connector.ts';

/** The secrets that a connector may use, by name, and the names that nothing was given for. */
export interface Keyring {
  readonly keyOf: (id: string) => string | undefined;
  readonly missing: readonly KeyNeed[];
}

/**
 * Secrets from the environment, else from a file of `NAME=value` lines (`#` begins a comment line). Told to `onWarning`
 * when others on this machine may read the file; the warning names the file, never what it holds.
 */
export function readKeys(
  needs: readonly KeyNeed[],
  environment: Readonly<Record<string, string | undefined>>,
  keyFile: string,
  onWarning: (warning: Bilingual) => void = () => {},
): Keyring {
  const inFile = needs.some(({ id }) => !environment[id]) ? readKeyFile(keyFile, onWarning) : new Map();
  const keys = new Map<string, string>();
  for (const need of needs) {
    const given = environment[need.id]?.trim() || inFile.get(need.id);
    if (given) keys.set(need.id, need.shownEncoded ? decodedOnce(given) : given);
  }
  return { keyOf: (id) => keys.get(id), missing: needs.filter(({ id }) => !keys.has(id)) };
}

function readKeyFile(path: string, onWarning: (warning: Bilingual) => void): Map<string, string> {
  const keys = new Map<string, string>();
  if (!existsSync(path)) return keys;
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
    onWarning({
      ko: `이 컴퓨터의 다른 사용자가 읽을 수 있는 키 파일: ${path} (chmod 600으로 막으세요)`,
      en: `others on this machine can read the keys in ${path}: chmod 600 closes it`,
    });
  }
  for (const line of readFileSync(path, 'utf8').split(/\r?\n/)) {
    const pair = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$/.exec(line);
    if (pair) keys.set(pair[1]!, pair[2]!.replace(/^(["'])(.*)\1$/, '$2'));
  }
  return keys;
}

/** The form that is encoded once more by the call: a percent sign shows that the other form was given. */
function decodedOnce(key: string): string {
  if (!key.includes('%')) return key;
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}
