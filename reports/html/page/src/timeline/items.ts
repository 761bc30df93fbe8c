// Record lines as what happened: where, when, and in words. What a line leaves out is empty: nothing here throws over a
// record of another kind.
import type { Event } from '../data';
import { digits } from '../format';
import { fromBytes } from '../text';

export const lanes = ['out', 'in', 'server', 'dns', 'radio', 'bench'] as const;
export type Lane = (typeof lanes)[number];

export const laneNames: Record<Lane, string> = {
  out: 'to the device',
  in: 'from the device',
  server: 'server',
  dns: 'DNS',
  radio: 'radio',
  bench: 'bench',
};

/** What received bytes were taken for: harness/at/exchange.hpp names the kinds. */
export const kinds = ['echo', 'info', 'data', 'final', 'prompt', 'unsolicited', 'boot', 'framing', 'unexplained'] as const;

export interface Piece {
  kind: string; // one of `kinds`, or "sent"
  bytes: string;
}

export interface Item {
  t: number;
  lane: Lane;
  what: string; // "rx", "GET", "check", …
  text: string;
  verdict?: string;
  pieces?: Piece[];
  exchange?: number;
}

const text = (event: Event, name: string): string => (typeof event[name] === 'string' ? (event[name] as string) : '');
const number = (event: Event, name: string): number | undefined => (typeof event[name] === 'number' ? (event[name] as number) : undefined);

interface Range {
  begin: number;
  end: number;
  kind: string;
}

/** All attributed ranges of received bytes, in order. */
export function rangesOf(events: readonly Event[]): Range[] {
  const out: Range[] = [];
  for (const event of events) {
    if (event?.e !== 'exchange' || !Array.isArray(event['items'])) continue;
    for (const one of event['items'] as Record<string, unknown>[]) {
      const { begin, end, kind } = one ?? {};
      if (typeof begin === 'number' && typeof end === 'number' && typeof kind === 'string') out.push({ begin, end, kind });
    }
  }
  return out.sort((a, b) => a.begin - b.begin);
}

/** Received bytes cut where what they were taken for changes. */
export function attributed(begin: number, bytes: string, ranges: readonly Range[]): Piece[] {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ranges[middle]!.end <= begin) low = middle + 1;
    else high = middle;
  }
  const out: Piece[] = [];
  const put = (kind: string, from: number, to: number) => {
    if (to > from) out.push({ kind, bytes: bytes.slice(from, to) });
  };
  let at = 0;
  for (let i = low; i < ranges.length && at < bytes.length; i += 1) {
    const { begin: from, end: to, kind } = ranges[i]!;
    if (from - begin >= bytes.length) break;
    put('unexplained', at, from - begin);
    put(kind, Math.max(at, from - begin), Math.min(bytes.length, to - begin));
    at = Math.max(at, Math.min(bytes.length, to - begin));
  }
  put('unexplained', at, bytes.length);
  return out;
}

function serverText(event: Event): string {
  const name = text(event, 'event');
  const head = fromBytes(text(event, 'head'));
  if (name === 'head' && head === '') return `${text(event, 'method')} ${text(event, 'target')}`;
  const told = ['bytes', 'status', 'body_sha256', 'version', 'suite', 'sni', 'alert', 'failure', 'trouble', 'peer']
    .filter((field) => event[field] !== undefined && event[field] !== '')
    .map((field) => `${field} ${String(event[field])}`);
  return [head, ...told].filter((one) => one !== '').join(', ');
}

function rest(event: Event, leave: string[]): string {
  const left = new Set(['t', 'e', 'device', 'case', 'event', 'exchange', ...leave]);
  return Object.entries(event)
    .filter(([name, value]) => !left.has(name) && value !== '' && value !== null)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? fromBytes(value) : JSON.stringify(value)}`)
    .join(', ');
}

const radio = new Set(['ble', 'ap', 'airkiss']);

function itemOf(event: Event, ranges: readonly Range[]): Item | null {
  const { t, e } = event;
  const exchange = number(event, 'exchange');
  const base = exchange === undefined ? { t } : { t, exchange };
  switch (e) {
    case 'tx':
      return { ...base, lane: 'out', what: 'sent', text: '', pieces: [{ kind: 'sent', bytes: text(event, 'bytes') }] };
    case 'rx':
      return { ...base, lane: 'in', what: 'received', text: '', pieces: attributed(number(event, 'begin') ?? 0, text(event, 'bytes'), ranges) };
    case 'exchange': {
      const took = ((number(event, 'ended_at') ?? t) - (number(event, 'sent_at') ?? t)) / 1e6;
      return { ...base, lane: 'bench', what: `exchange ${exchange ?? ''}`, text: `${text(event, 'outcome')} ${text(event, 'final')} after ${digits(took)} ms` };
    }
    case 'server':
    case 'relay':
      return { ...base, lane: 'server', what: `${e === 'relay' ? 'relay ' : ''}${text(event, 'event')} ${number(event, 'connection') ?? ''}`.trim(), text: serverText(event) };
    case 'dns':
      return { ...base, lane: 'dns', what: 'query', text: `${text(event, 'name')} \u2192 ${text(event, 'answered') || 'no answer'}` };
    case 'check': {
      const verdict = text(event, 'verdict');
      const say = `${text(event, 'requirement')}: ${fromBytes(text(event, 'what'))}; owed ${fromBytes(text(event, 'owed'))}, got ${fromBytes(text(event, 'got'))}`;
      return { ...base, lane: 'bench', what: 'check', verdict, text: say };
    }
    case 'deviation':
      return { ...base, lane: 'bench', what: 'deviation', verdict: 'fail', text: `${text(event, 'id')} (${text(event, 'requirement')}): ${text(event, 'summary')} ${text(event, 'evidence')}` };
    case 'step':
    case 'note':
      return { ...base, lane: 'bench', what: e, text: fromBytes(text(event, 'text')) };
    case 'case.end':
      return { ...base, lane: 'bench', what: 'end', verdict: text(event, 'verdict'), text: fromBytes(text(event, 'reason')) };
    case 'tape':
      return null;
    default:
      return { ...base, lane: radio.has(e) ? 'radio' : 'bench', what: [e, text(event, 'event') || text(event, 'rung')].filter((one) => one !== '').join(' '), text: rest(event, ['rung']) };
  }
}

/** In the order of time. */
export function itemsOf(events: readonly Event[]): Item[] {
  const ranges = rangesOf(events);
  const out: Item[] = [];
  for (const event of events) {
    if (typeof event?.t !== 'number' || typeof event.e !== 'string') continue;
    const item = itemOf(event, ranges);
    if (item) out.push(item);
  }
  return out.sort((a, b) => a.t - b.t);
}
