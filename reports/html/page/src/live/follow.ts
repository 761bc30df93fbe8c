// Follows a run that goes on: what the server tells is put into the data that is shown.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { CaseResult, Counts, Progress, RunData, Verdict } from '../data';

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
  const fresh = useRef(new Map<string, CaseResult>());
  useEffect(() => {
    let soon: ReturnType<typeof setTimeout> | undefined;
    let fetching: AbortController | null = null;
    let gone = false;
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
    const fetchAll = async () => {
      if (fetching) {
        again = true;
        return;
      }
      fetching = new AbortController();
      again = false;
      const began = performance.now();
      await fetchInto('data.json', fetching.signal);
      fetching = null;
      pause = Math.max(500, 10 * (performance.now() - began));
      if (again && !gone) void fetchAll();
    };
    const fetchInto = async (url: string, signal?: AbortSignal) => {
      try {
        const answer = await fetch(url, signal ? { signal } : {});
        if (!answer.ok) return;
        const now = (await answer.json()) as RunData;
        if (!signal?.aborted) setData(now);
      } catch {
        // The stream tells whether the server is there.
      }
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
      gone = true;
      source.close();
      clearTimeout(wanted);
      fetching?.abort();
    };
    source.addEventListener('end', () => {
      leave();
      setConnection('over');
      void fetchInto('data.json?last'); // the server goes when it has given this, so nothing is asked for after it
    });
    return () => {
      leave();
      clearTimeout(soon);
    };
  }, []);
  return { data, progress, connection };
}
