// The piece of time that the axis shows.

export interface View {
  from: number;
  to: number;
}

const least = 1000; // nanoseconds

export function whole(begin: number, end: number): View {
  const margin = Math.max((end - begin) * 0.02, least);
  return { from: begin - margin, to: end + margin };
}

function within(view: View, all: View): View {
  const size = Math.min(view.to - view.from, all.to - all.from);
  const from = Math.min(Math.max(view.from, all.from), all.to - size);
  return { from, to: from + size };
}

/** `by` below 1: closer. The moment at `around` stays where it is. */
export function zoomed(view: View, by: number, around: number, all: View): View {
  const size = Math.max(least, (view.to - view.from) * by);
  const share = (around - view.from) / (view.to - view.from);
  const from = around - share * size;
  return within({ from, to: from + size }, all);
}

/** By a share of what is seen. */
export function moved(view: View, share: number, all: View): View {
  const step = share * (view.to - view.from);
  return within({ from: view.from + step, to: view.to + step }, all);
}

/** Moved as little as is needed to have `t` in it. */
export function having(view: View, t: number, all: View): View {
  if (t >= view.from && t <= view.to) return view;
  const half = (view.to - view.from) / 2;
  return within({ from: t - half, to: t + half }, all);
}

/** Round moments, at most so many, and what lies between them; relative to `zero`. */
export function ticks(view: View, zero: number, most: number): { at: number[]; step: number } {
  const raw = (view.to - view.from) / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= raw) ?? power;
  const at: number[] = [];
  for (let t = Math.ceil((view.from - zero) / step) * step; t <= view.to - zero; t += step) at.push(t);
  return { at, step };
}

/** Of a moment relative to the begin, as exact as the step asks for. */
export function moment(ns: number, step: number): string {
  const inMs = step < 1e9;
  const scale = inMs ? 1e6 : 1e9;
  const places = Math.max(0, Math.ceil(-Math.log10(step / scale) - 1e-9));
  return `${(ns / scale).toFixed(Math.min(places, 6))} ${inMs ? 'ms' : 's'}`;
}

/** The place of the item next to `t` in that lane (or any), no further than `reach`; items are sorted. */
export function nearest<T extends { t: number; lane: string }>(items: readonly T[], t: number, lane: string | null, reach: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (items[middle]!.t < t - reach) low = middle + 1;
    else high = middle;
  }
  let best = -1;
  for (let i = low; i < items.length && items[i]!.t <= t + reach; i += 1)
    if ((lane === null || items[i]!.lane === lane) && (best < 0 || Math.abs(items[i]!.t - t) < Math.abs(items[best]!.t - t))) best = i;
  return best;
}
