import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach } from 'vitest';
import { callsOutside, ONLY_LOOPBACK, onlyLoopback, preloaded } from './launch/preloads.ts';
import { NO_ACCOUNT } from './no-account.ts';

/*
 * Set up before every file of the suites that speak to the double: a test in which anything was asked of another machine
 * than this one fails, be it by this process or by a program that it started, in whatever thread of that, and whatever became of the answer. Only who
 * asks an account (SIHWANG_AWS_CONTRACT=1) is let out.
 */
if (process.env.SIHWANG_AWS_CONTRACT !== '1') {
  const report = join(tmpdir(), `sihwang-calls-outside-${process.pid}`);
  Object.assign(
    process.env,
    preloaded({ NODE_OPTIONS: process.env.NODE_OPTIONS ?? '' }, onlyLoopback(report)),
  );
  // nor is anything of a developer's own account known here
  delete process.env.AWS_PROFILE;
  Object.assign(process.env, NO_ACCOUNT);
  createRequire(import.meta.url)(ONLY_LOOPBACK);
  const nothingOutside = (): void => {
    const calls = callsOutside(report);
    if (calls.length > 0) throw new Error(`asked of another machine than this one: ${calls.join('; ')}`);
  };
  afterEach(nothingOutside);
  afterAll(nothingOutside);
}
