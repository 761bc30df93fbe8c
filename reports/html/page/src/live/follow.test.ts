import { expect, it } from 'vitest';
import type { CaseResult, RunData } from '../data';
import { withCases } from './follow';

const one = (id: string, verdict: CaseResult['verdict']) => ({ id, verdict }) as CaseResult;
const data = { result: { cases: [one('A', 'none'), one('B', 'pass')], counts: { cases: {}, requirements: { pass: 7 } } } } as unknown as RunData;

it('puts what has ended where it stood, and what is new behind it', () => {
  const now = withCases(data, new Map([['A', one('A', 'fail')], ['C', one('C', 'pass')]]));
  expect(now.result.cases.map((c) => `${c.id} ${c.verdict}`)).toEqual(['A fail', 'B pass', 'C pass']);
  expect(now.result.counts.cases).toEqual({ none: 0, pass: 2, inconc: 0, fail: 1, error: 0 });
  expect(now.result.counts.requirements).toEqual({ pass: 7 });
  expect(data.result.cases[0]!.verdict).toBe('none');
});
