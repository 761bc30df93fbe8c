// Numbers for people: three digits that count, and a unit.
import { visible } from './text';

export function digits(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '\u221e' : value < 0 ? '-\u221e' : '?';
  const size = Math.abs(value);
  if (value === 0) return '0';
  if (size >= 1e6) return value.toExponential(2);
  if (size >= 100) return value.toFixed(0);
  if (size >= 10) return value.toFixed(1);
  return size >= 0.001 ? String(Number(value.toPrecision(3))) : value.toExponential(1);
}

/** "340 ms", "1.20 s", "4 min 5 s". */
export function span(ns: number): string {
  const size = Math.abs(ns);
  if (size < 1e3) return `${Math.round(ns)} ns`;
  if (size < 1e6) return `${digits(ns / 1e3)} \u00b5s`;
  if (size < 1e9) return `${digits(ns / 1e6)} ms`;
  if (size < 60e9) return `${(ns / 1e9).toFixed(2)} s`;
  const seconds = Math.round(ns / 1e9);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

export function bytes(count: number): string {
  if (count < 1024) return `${count} B`;
  if (count < 1 << 20) return `${digits(count / 1024)} KiB`;
  return `${digits(count / (1 << 20))} MiB`;
}

/** Bytes per second. */
export function rate(value: number): string {
  return value < 10_000 ? `${digits(value)} B/s` : value < 1e6 ? `${digits(value / 1e3)} kB/s` : `${digits(value / 1e6)} MB/s`;
}

export function many(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

/** UTC as it stands in records, without its T and Z. */
export function when(utc: string): string {
  return utc.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC');
}

/** A word for a shell. What cannot be seen stands in it by its number, so that nothing is pasted that was not read. */
export function quoted(word: string): string {
  const numbered = (one: string) => {
    if (visible(one) === one) return /[\\']/.test(one) ? `\\${one}` : one;
    return `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`;
  };
  if (visible(word) !== word) return `$'${[...word].map(numbered).join('')}'`;
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

export function statistic(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? NaN;
}

/** As budgets name them: "p95", "max", "min", "mean"; any other is each value. */
export function byName(values: readonly number[], of: string | null): number {
  const p = of?.match(/^p(\d+(?:\.\d+)?)$/);
  if (p) return statistic(values, Number(p[1]) / 100);
  if (of === 'min') return values.reduce((a, b) => Math.min(a, b), Infinity);
  if (of === 'mean') return values.reduce((a, b) => a + b, 0) / values.length;
  if (of === 'median') return statistic(values, 0.5);
  return values.reduce((a, b) => Math.max(a, b), -Infinity);
}
