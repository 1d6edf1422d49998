import { problemSchema } from '../contract.ts';

const problems = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problemSchema } },
});

/** The answers that every question may get beside its own. */
export const OTHER_ANSWERS = {
  304: { description: 'The client already holds this version of the answer' },
  400: problems('A parameter is unknown or malformed; the title names it'),
  404: problems('There is no such feed or series'),
} as const;

/** The answer of what rests on the records where they are not open, or not yet. */
export const NO_RECORDS = problems('The records are not available; the title says why');

/**
 * Routes answer with text made once and kept, not with objects that the framework would serialise each time, so its
 * typed responses do not apply; the contract tests parse every answer with its schema instead.
 */
export function asAnswer(response: Promise<Response>): never {
  return response as never;
}
