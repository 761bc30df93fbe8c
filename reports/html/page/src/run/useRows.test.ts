import { expect, it } from 'vitest';
import { withRow } from './useRows';

const rows = { from: 0, to: 150 };

it('stays where the row is in it already', () => {
  expect(withRow(rows, 20)).toBe(rows);
  expect(withRow(rows, -1)).toBe(rows);
});
it('grows to a row that is near', () => {
  expect(withRow(rows, 149)).toEqual({ from: 0, to: 299 });
  expect(withRow({ from: 5000, to: 5200 }, 4999)).toEqual({ from: 4849, to: 5200 });
});
it('goes to a row that is far', () => {
  expect(withRow(rows, 9999)).toEqual({ from: 9949, to: 10149 });
  expect(withRow({ from: 5000, to: 5200 }, 0)).toEqual({ from: 0, to: 150 });
});
