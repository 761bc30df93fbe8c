// What the sections of numbers reckon before they draw.
import { expect, it, vi } from 'vitest';
import type { Measurement, RunData } from '../data';

vi.mock('../parts/Plot', () => ({ Plot: () => null }));
const { budgetsOf, shares } = await import('./LatencySection');
const { standing } = await import('./MeasurementsSection');

const ms = (...values: number[]) => values.map((one) => one * 1e6);
const measurement = (over: Partial<Measurement>): Measurement => ({
  name: 'AT to OK', requirement: 'GEN-14', case: 'C', device: 'dut0', unit: 'ms', values: [10], of: 'max', limit: 20, u: 1, ...over,
});

it('shares rise to one, and equal samples are one step', () => {
  expect(shares(ms(3, 1, 2, 2))).toEqual({ x: [1, 2, 3], y: [0.25, 0.75, 1] });
  expect(shares([])).toEqual({ x: [], y: [] });
});
it('shares of many samples are few points, and the longest is one of them', () => {
  const { x, y } = shares(ms(...Array.from({ length: 10_007 }, (_one, i) => i)));
  expect(x.length).toBeLessThan(500);
  expect([x.at(-1), y.at(-1)]).toEqual([10_006, 1]);
  expect(y.every((one, i) => i === 0 || one > y[i - 1]!)).toBe(true);
});
it('a measurement is within, over, or too close to tell', () => {
  const of = (...values: number[]) => standing(measurement({ values }));
  expect([of(19), of(19.5), of(21), of(21.5), of(1, 30)]).toEqual(['within', 'too close', 'too close', 'over', 'over']);
  expect([standing(measurement({ limit: null })), standing(measurement({ values: [] }))]).toEqual(['', '']);
});
it('budgets are those of the command, in milliseconds, each once', () => {
  const requirements = [{ id: 'GEN-14', command: 'general' }, { id: 'HC-50', command: 'HTTPCLIENT' }];
  const measurements = [measurement({}), measurement({ device: 'dut1' }), measurement({ requirement: 'HC-50', unit: 's', limit: 2, u: null }), measurement({ requirement: 'HC-50', unit: 'bytes' })];
  const data = { result: { requirements, measurements } } as unknown as RunData;
  expect(budgetsOf('AT', data).map((one) => [one.at, one.u])).toEqual([[20, 1]]);
  expect(budgetsOf('HTTPCLIENT data', data).map((one) => [one.at, one.u])).toEqual([[2000, 0]]);
  expect(budgetsOf('RST', data)).toEqual([]);
});
