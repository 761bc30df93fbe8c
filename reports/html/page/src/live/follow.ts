// Follows a run that goes on: what the server tells is put into the data that is shown.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { CaseResult, Counts, Progress, RunData, Verdict } from '../data';
import { lastTimelines } from '../timelines';

export type Connection = 'connecting' | 'open' | 'lost' | 'over';

function counted(cases: readonly CaseResult[]): Counts {
  const out: Counts = { none: 0, pass: 0, inconc: 0, fail: 0, error: 0 };
  for (const one of cases) out[one.verdict as Verdict] += 1;
  return out;
}

/** Cases that have ended since take the place of what stood there; new ones come last. */
export function withCases(data: RunData, fresh: Map<string, CaseResult>): RunData {
  const rest = new Map(fresh);
  const cases = data.result.cases.map((one) => {
    const now = rest.get(one.id);
    rest.delete(one.id);
    return now ?? one;
  });
  cases.push(...rest.values());
  return { ...data, result: { ...data.result, cases, counts: { ...data.result.counts, cases: counted(cases) } } };
}

export function useRun(first: RunData) {
  const [data, setData] = useState(first);
  const [progress, setProgress] = useState<Progress | null>(null);
  const [connection, setConnection] = useState<Connection>('connecting');
  const [isLast, setLast] = useState(false); // nothing will follow on `data`
  const fresh = useRef(new Map<string, CaseResult>());
  useEffect(() => {
    let soon: ReturnType<typeof setTimeout> | undefined;
    const going = new AbortController(); // aborted when the run is over or the page is gone
    let fetching = false;
    let again = false; // what is on its way was made before what has been told since
    let pause = 500; // ten times as long as the last one took: a long run has much to tell
    const later = (what: () => void, ms: number) => {
      if (soon === undefined) soon = setTimeout(() => { soon = undefined; what(); }, ms);
    };
    const show = () => {
      if (fresh.current.size === 0) return;
      const now = fresh.current;
      fresh.current = new Map();
      setData((old) => withCases(old, now));
    };
    const showAll = async (signal: AbortSignal | null) => {
      try {
        const answer = await fetch('data.json', { signal });
        if (answer.ok) setData((await answer.json()) as RunData);
      } catch {
        // The stream tells whether the server is there.
      }
    };
    const fetchAll = async () => {
      if (fetching) {
        again = true;
        return;
      }
      fetching = true;
      again = false;
      const began = performance.now();
      await showAll(going.signal);
      fetching = false;
      pause = Math.max(500, 10 * (performance.now() - began));
      if (again && !going.signal.aborted) void fetchAll();
    };
    const source = new EventSource('events');
    source.addEventListener('open', () => setConnection('open'));
    source.addEventListener('error', () => setConnection((now) => (now === 'over' ? now : 'lost')));
    source.addEventListener('progress', (event) => setProgress(JSON.parse((event as MessageEvent<string>).data) as Progress));
    source.addEventListener('case', (event) => {
      const one = JSON.parse((event as MessageEvent<string>).data) as CaseResult;
      fresh.current.set(one.id, one);
      later(show, 200);
    });
    let wanted: ReturnType<typeof setTimeout> | undefined;
    source.addEventListener('data', () => {
      if (wanted === undefined) wanted = setTimeout(() => { wanted = undefined; void fetchAll(); }, pause);
    });
    const leave = () => {
      going.abort();
      source.close();
      clearTimeout(wanted);
      clearTimeout(soon);
    };
    source.addEventListener('end', () => {
      leave();
      setConnection('over');
      show(); // not later: what was told of a case must not cover what the last data say of it
      void showAll(null).then(() => setLast(true));
    });
    return leave;
  }, []);
  useEffect(() => {
    // What is drawn of the last data has asked for its timelines: the effects of the parts have run before this one.
    if (isLast) void lastTimelines().then(() => fetch('bye', { method: 'POST' })).catch(() => undefined);
  }, [isLast]);
  return { data, progress, connection };
}
