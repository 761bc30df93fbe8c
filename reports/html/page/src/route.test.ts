import { expect, it, vi } from 'vitest';

vi.mock('preact/hooks', () => ({ useEffect: () => undefined, useState: () => [undefined, () => undefined] }));
const { fragment, parse } = await import('./route');

it('reads what it writes, whatever the id', () => {
  for (const id of ['A.B', 'A.B/c?d#e%f', '</script>', '\u6f22 \u{1f600}', '%zz']) {
    const route = parse(fragment('case', id, { verdict: 'fail,inconc', q: 'a b&c=d' }));
    expect(route).toEqual({ place: 'case', id, query: { verdict: 'fail,inconc', q: 'a b&c=d' } });
  }
});

it('leaves out what is not asked for', () => {
  expect(fragment('cases', '', { verdict: '', q: '' })).toBe('#cases');
});

it('survives a fragment that nobody wrote', () => {
  expect(parse('#case/%zz')).toEqual({ place: 'case', id: '%zz', query: {} });
  expect(parse('')).toEqual({ place: '', id: '', query: {} });
});
