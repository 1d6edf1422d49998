import type { Pool } from 'pg';

/** The home's PostgreSQL, open: every table of ours is in schema `sihwang`, at the newest migration. */
export interface Records {
  /** A connection string that other programs of this machine can use; holds the password, so never log it. */
  readonly url: string;
  readonly pool: Pool;
  close(): Promise<void>;
}
