import { describe, expect, it } from 'vitest';
import { byName, digits, quoted, span, statistic, when } from './format';

it('spans have a unit that fits', () => {
  expect([900, 1500, 2.5e6, 1.2e9, 61e9, 7300e9].map(span)).toEqual(['900 ns', '1.5 \u00b5s', '2.5 ms', '1.20 s', '1 min 1 s', '2 h 1 min']);
});
it('digits are those that count', () => {
  expect([0, 0.1234, 12.34, 123.4, 1.5e7, Infinity, -Infinity].map(digits)).toEqual(['0', '0.123', '12.3', '123', '1.50e+7', '\u221e', '-\u221e']);
});
it('words are safe in a shell', () => {
  expect(quoted('A.B/c')).toBe('A.B/c');
  expect(quoted("a'b $(x)")).toBe("'a'\\''b $(x)'");
  expect(quoted('')).toBe("''");
  expect(quoted("a\x1b[31m\r\n'\\\u202e")).toBe("$'a\\u001b[31m\\u000d\\u000a\\'\\\\\\u202e'");
});
describe('statistics', () => {
  const values = Array.from({ length: 100 }, (_one, i) => 100 - i);
  it('are those of the gate: values that were seen', () => {
    expect([0.5, 0.95, 0.99].map((q) => statistic(values, q))).toEqual([50, 95, 99]);
    expect(['p95', 'max', 'min', 'mean', 'median', null].map((of) => byName(values, of))).toEqual([95, 100, 1, 50.5, 50, 100]);
  });
});
it('moments are told without their letters', () => expect(when('2024-05-06T07:08:09Z')).toBe('2024-05-06 07:08:09 UTC'));
