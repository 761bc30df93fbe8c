import { expect, it, vi } from 'vitest';

vi.mock('uplot', () => ({ default: class {} }));
vi.mock('uplot/dist/uPlot.min.css', () => ({}));
vi.mock('../theme', () => ({ colour: () => '', useDark: () => false }));
const { yRange } = await import('./Plot');
const line = (at: number, u = 0) => ({ at, u, label: '', colour: '' });

it('holds the values and the budget with its band', () => {
  const [low, high] = yRange(2, 4, { horizontals: [line(5, 0.5)] });
  expect(low).toBeLessThan(2);
  expect(high).toBeGreaterThan(5.5);
});
it('lets a budget be that is so far away that the values would be flat', () => {
  expect(yRange(2, 4, { horizontals: [line(500)] })[1]).toBeLessThan(5);
});
it('begins at zero where it is asked to, and has a size where all values are one', () => {
  expect(yRange(2, 4, { fromZero: true })[0]).toBe(0);
  expect(yRange(3, 3, {})[0]).toBeLessThan(yRange(3, 3, {})[1]);
  expect(yRange(0, 0, { fromZero: true })[1]).toBeGreaterThan(0);
});
