// Which of many rows stand in the page: a window that grows where its end comes into sight, and goes to the row that is
// asked for, so that a link to the last of 10,000 cases does not draw all of them.
import { useEffect, useRef, useState } from 'preact/hooks';

export const step = 150;

export interface Rows {
  from: number;
  to: number; // behind the last
}

/** The window in which the row stands: it grows to a near one, and goes to a far one. */
export function withRow(rows: Rows, row: number): Rows {
  if (row < 0) return rows;
  if (row >= rows.from && row + 2 <= rows.to) return rows;
  if (row >= rows.to - 2 && row < rows.to + step) return { ...rows, to: row + step };
  if (row < rows.from && row >= rows.from - step) return { ...rows, from: Math.max(0, row - step) };
  return { from: Math.max(0, row - 50), to: row + step };
}

/** `open` and `at`: rows that are asked for, -1 for none; `what`: begins anew where it is another one. */
export function useRows(open: number, at: number, of: number, what: unknown) {
  const kept = useRef<Rows & { what: unknown; open: number; at: number }>({ from: 0, to: step, what, open: -1, at: -1 });
  const [, draw] = useState(0);
  const end = useRef<HTMLTableRowElement>(null);
  const before = kept.current;
  let rows: Rows = before.what === what ? before : { from: 0, to: step };
  const isNew = before.what !== what;
  if (isNew || open !== before.open) rows = withRow(rows, open);
  if (isNew || at !== before.at) rows = withRow(rows, at);
  kept.current = { from: rows.from, to: rows.to, what, open, at };
  const change = (by: Partial<Rows>) => {
    Object.assign(kept.current, by);
    draw((times) => times + 1);
  };
  useEffect(() => {
    if (!end.current) return;
    const seen = new IntersectionObserver((all) => {
      if (all.some((one) => one.isIntersecting)) change({ to: kept.current.to + step });
    }, { rootMargin: '600px' });
    seen.observe(end.current);
    return () => seen.disconnect();
  }, [rows.to, of]);
  const from = Math.min(rows.from, Math.max(0, of - step)); // fewer may match while a run goes on
  return { from, to: Math.min(of, rows.to), end, showAbove: () => change({ from: Math.max(0, from - step) }) };
}
