import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

const HANGUL = /\p{Script=Hangul}/u;
/** Korean that stands in English texts as an example of what may be typed. */
const EXAMPLES = /시황|배추|ㅂㅊ|상순|순|평년|접/gu;
/** So many ordinary words make a sentence; fewer may be a name, which stays as it is. */
const SENTENCE = /\b[a-z]{2,} (\S+ )*[a-z]{2,}\b/;

interface Pair {
  readonly where: string;
  readonly ko: string;
  readonly en: string;
}

/** What a text says, without what is put into it; undefined where it is no text of its own. */
function wordsOf(node: ts.Expression): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join(' … ');
}

/** Every `{ ko: '…', en: '…' }` of a file. */
function pairsIn(path: string): Pair[] {
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
  const pairs: Pair[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isObjectLiteralExpression(node)) {
      const said = (name: string) => {
        const found = node.properties.find(
          (one): one is ts.PropertyAssignment =>
            ts.isPropertyAssignment(one) && ts.isIdentifier(one.name) && one.name.text === name,
        );
        return found && wordsOf(found.initializer);
      };
      const [ko, en] = [said('ko'), said('en')];
      if (ko !== undefined && en !== undefined)
        pairs.push({ where: `${path}:${file.getLineAndCharacterOfPosition(node.pos).line + 1}`, ko, en });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return pairs;
}

it('has Korean beside every English sentence, and English beside every Korean one', () => {
  const paths = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((name) => /(?<!\.test)\.tsx?$/.test(name))
    .map((name) => join('src', name));
  const pairs = paths.flatMap(pairsIn);
  expect(pairs.length).toBeGreaterThan(1500);
  expect(pairs.filter(({ ko, en }) => SENTENCE.test(en) && !HANGUL.test(ko))).toEqual([]);
  expect(pairs.filter(({ en }) => HANGUL.test(en.replace(EXAMPLES, '')))).toEqual([]);
});
