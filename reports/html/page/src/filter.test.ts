import { expect, it } from 'vitest';
import type { CaseResult, Result } from './data';
import { Cases, filterOf, queryOf } from './filter';

const one = (id: string, verdict: string, command: string, requirements: string[], reason = '', duration_ns = 0) =>
  ({ id, verdict, command, requirements, reason, duration_ns, deviations: [] }) as unknown as CaseResult;
const cases = new Cases(
  [one('A.One', 'pass', 'OTA', ['OT-01']), one('A.Two', 'fail', 'OTA', ['OT-02'], 'no TLS', 5), one('B.One', 'inconc', 'AT', ['GEN-01'], '', 9)],
  [{ id: 'OT-01', level: 'must' }, { id: 'OT-02', level: 'should' }, { id: 'GEN-01', level: 'must' }] as Result['requirements'],
);
const ids = (query: Record<string, string>) => cases.matching(filterOf(query)).map((i) => cases.all[i]!.id);

it('shows what fails first', () => expect(ids({})).toEqual(['A.Two', 'B.One', 'A.One']));
it('goes by verdict, command, level and every word', () => {
  expect(ids({ verdict: 'fail,inconc' })).toEqual(['A.Two', 'B.One']);
  expect(ids({ command: 'OTA', level: 'must' })).toEqual(['A.One']);
  expect(ids({ q: 'one ota' })).toEqual(['A.One']);
  expect(ids({ q: 'tls' })).toEqual(['A.Two']);
  expect(ids({ q: 'gen-01' })).toEqual(['B.One']);
  expect(ids({ verdict: 'nonsense' })).toHaveLength(3);
});
it('sorts as asked, either way, and by verdict where nobody asked for what there is', () => {
  expect(ids({ sort: 'case' })).toEqual(['A.One', 'A.Two', 'B.One']);
  expect(ids({ sort: '-time' })).toEqual(['B.One', 'A.Two', 'A.One']);
  expect(ids({ sort: 'command' })).toEqual(['B.One', 'A.One', 'A.Two']);
  expect(ids({ sort: 'constructor' })).toEqual(ids({}));
});
it('is its query', () => {
  const query = { verdict: 'fail,pass', command: 'OTA', level: 'must', q: 'x y', sort: '-time' };
  expect(queryOf(filterOf(query))).toEqual(query);
});
