import { expect, it } from 'vitest';
import type { HistoryData, MeasurementTrend } from '../data';
import { axisOf, levelsOn, mediansOn } from './runs';

const axis = axisOf({ runs: [{ id: 3 }, { id: 5 }, { id: 9 }, { id: 12 }] } as HistoryData);
const trend = {
  points: [5, 9, 12].map((run, i) => ({ run, count: 1, median: i + 1, least: 0, most: 9 })),
  changes: [{ run: 9, before: 1, after: 2.5, p: 0.01 }],
} as MeasurementTrend;

it('puts medians where their runs stand', () => {
  expect(mediansOn(axis, trend)).toEqual([null, 1, 2, 3]);
  expect(mediansOn(axis, { ...trend, points: [{ run: 77, count: 1, median: 1, least: 1, most: 1 }] })).toEqual([null, null, null, null]);
});

it('draws the level on both sides of a change', () => {
  expect(levelsOn(axis, trend)).toEqual([null, 1, 2.5, 2.5]);
  expect(levelsOn(axis, { ...trend, changes: [] })).toEqual([null, null, null, null]);
});

it('names runs, and nothing between them', () => {
  expect(axis.label(1)).toBe('5');
  expect(axis.label(1.5)).toBe('');
  expect(axis.label(9)).toBe('');
});
