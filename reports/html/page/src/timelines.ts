// The one place that knows where an attempt's lines are.
import type { Event, PageData } from './data';

const onTheirWay = new Set<Promise<Event[]>>();
let served = true;

async function fetched(key: number): Promise<Event[]> {
  const answer = await fetch(`timeline/${key}`).catch(() => { throw new Error('The connection is lost: the record has this timeline.'); });
  if (!answer.ok) throw new Error((await answer.text()).trim());
  return (await answer.json()) as Event[];
}

/** From the page itself, or from who serves it while a run goes on. */
export async function timelineOf(key: number, form: PageData['form']): Promise<Event[]> {
  const element = document.getElementById(`timeline-${key}`);
  if (element) return JSON.parse(element.textContent ?? '[]') as Event[];
  if (form !== 'live') throw new Error('This timeline is not in the page; the record has it.');
  if (!served) throw new Error('The run is over: the record has this timeline.');
  const lines = fetched(key);
  onTheirWay.add(lines);
  return lines.finally(() => onTheirWay.delete(lines));
}

/** Those that are asked for already still come; from then on none is asked for. */
export async function lastTimelines(): Promise<void> {
  do {
    await Promise.allSettled(onTheirWay);
    await new Promise((go) => setTimeout(go)); // who has one may ask for the next
  } while (onTheirWay.size > 0);
  served = false;
}
