// Runs of a history as the x axis of its plots: their places, not their numbers, so that they stand evenly.
import type { HistoryData, MeasurementTrend } from '../data';

export interface Axis {
  ids: number[];
  place: Map<number, number>; // of a run by its id
  label: (place: number) => string;
}

export function axisOf(data: HistoryData): Axis {
  const ids = data.runs.map((run) => run.id);
  return {
    ids,
    place: new Map(ids.map((id, i) => [id, i])),
    label: (place) => (Number.isInteger(place) && ids[place] !== undefined ? String(ids[place]) : ''),
  };
}

/** The medians in the order of the axis; null where a run did not measure it. */
export function mediansOn(axis: Axis, trend: MeasurementTrend): (number | null)[] {
  const out: (number | null)[] = axis.ids.map(() => null);
  for (const point of trend.points) {
    const place = axis.place.get(point.run);
    if (place !== undefined) out[place] = point.median;
  }
  return out;
}

/** The level before and after each change, as steps; null before the first point and after the last. */
export function levelsOn(axis: Axis, trend: MeasurementTrend): (number | null)[] {
  const places = trend.points.map((point) => axis.place.get(point.run)).filter((one): one is number => one !== undefined);
  const out: (number | null)[] = axis.ids.map(() => null);
  if (trend.changes.length === 0 || places.length === 0) return out;
  const first = Math.min(...places);
  const last = Math.max(...places);
  let level = trend.changes[0]!.before;
  const at = new Map(trend.changes.map((change) => [axis.place.get(change.run), change.after]));
  for (let place = first; place <= last; place += 1) {
    level = at.get(place) ?? level;
    out[place] = level;
  }
  return out;
}
