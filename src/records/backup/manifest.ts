import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, SihwangError } from '../../domain/index.ts';
import type { AppliedMigration } from '../migrate.ts';
import type { StoredSequence, StoredTable } from './catalog.ts';

const MANIFEST = 'manifest.json';
/** Raised when the files below mean something else. */
const FORMAT = 1;

/**
 * An exported records folder: one file a table, `<table>.copy.gz`, PostgreSQL's text form of COPY in the order of the
 * primary key, so that a table that did not change has the same bytes; and this description, written last.
 */
export interface ExportManifest {
  readonly format: typeof FORMAT;
  /** ISO instant of the one moment that all tables are of. */
  readonly at: string;
  readonly homeId: string;
  readonly migrations: readonly AppliedMigration[];
  readonly tables: readonly (StoredTable & { readonly rows: number })[];
  readonly sequences: readonly StoredSequence[];
}

export function manifestPath(folder: string): string {
  return join(folder, MANIFEST);
}

export function tablePath(folder: string, table: string): string {
  return join(folder, `${table}.copy.gz`);
}

export function manifestOf(contents: Omit<ExportManifest, 'format'>): ExportManifest {
  return { format: FORMAT, ...contents };
}

/** @throws SihwangError `RECORDS_EXPORT_NEWER` */
export function readManifest(folder: string): ExportManifest {
  const manifest = JSON.parse(readFileSync(manifestPath(folder), 'utf8')) as ExportManifest;
  if (manifest.format === FORMAT) return manifest;
  throw new SihwangError(
    'RECORDS_EXPORT_NEWER',
    {
      ko: `${folder}의 기록은 형식 ${manifest.format}인데 이 버전은 ${FORMAT}까지 압니다`,
      en: `the records in ${folder} are written in format ${manifest.format}; this version knows ${FORMAT}`,
    },
    {
      exit: EXIT.configuration,
      hint: {
        ko: '백업을 만든 더 새로운 sihwang을 설치하세요.',
        en: 'Install the newer sihwang that made the backup.',
      },
    },
  );
}
