import { describe, expect, it } from 'vitest';
import { having, moment, moved, nearest, ticks, whole, zoomed } from './view';

const all = { from: 0, to: 1e9 };

describe('zoomed', () => {
  it('leaves the moment under the pointer where it is', () => {
    const view = zoomed(all, 0.5, 3e8, all);
    expect(view.to - view.from).toBeCloseTo(5e8);
    expect((3e8 - view.from) / (view.to - view.from)).toBeCloseTo(0.3);
  });
  it('never leaves what there is, nor shows less than a microsecond', () => {
    expect(zoomed(all, 100, 5e8, all)).toEqual(all);
    const near = zoomed(all, 1e-12, 5e8, all);
    expect(near.to - near.from).toBeCloseTo(1000);
  });
});

describe('moved and having', () => {
  it('stop at the ends', () => {
    const view = { from: 8e8, to: 9e8 };
    expect(moved(view, 5, all)).toEqual({ from: 9e8, to: 1e9 });
    expect(moved(view, -100, all)).toEqual({ from: 0, to: 1e8 });
    expect(having(view, 8.5e8, all)).toBe(view);
    expect(having(view, 5e8, all)).toEqual({ from: 4.5e8, to: 5.5e8 });
  });
});

describe('ticks', () => {
  it('are round, and not too many', () => {
    const { at, step } = ticks({ from: 1e6, to: 46e6 }, 1e6, 9);
    expect(step).toBe(5e6);
    expect(at).toEqual([0, 5e6, 10e6, 15e6, 20e6, 25e6, 30e6, 35e6, 40e6, 45e6]);
  });
  it('are told as exactly as they lie apart', () => {
    expect(moment(5e6, 5e6)).toBe('5 ms');
    expect(moment(5.25e6, 5e4)).toBe('5.25 ms');
    expect(moment(3e9, 1e9)).toBe('3 s');
  });
});

describe('nearest', () => {
  const items = [{ t: 10, lane: 'in' }, { t: 20, lane: 'out' }, { t: 30, lane: 'in' }];
  it('is within reach and in the lane', () => {
    expect(nearest(items, 22, null, 5)).toBe(1);
    expect(nearest(items, 22, 'in', 9)).toBe(2);
    expect(nearest(items, 22, 'in', 5)).toBe(-1);
  });
});

it('whole has a margin on both sides', () => {
  const view = whole(0, 1e9);
  expect(view.from).toBeLessThan(0);
  expect(view.to).toBeGreaterThan(1e9);
});
