// The one place that knows where an attempt's lines are.
import type { Event, PageData } from './data';

/** From the page itself, or from who serves it while a run goes on. */
export async function timelineOf(key: number, form: PageData['form']): Promise<Event[]> {
  const element = document.getElementById(`timeline-${key}`);
  if (element) return JSON.parse(element.textContent ?? '[]') as Event[];
  if (form !== 'live') throw new Error('This timeline is not in the page; the record has it.');
  const answer = await fetch(`timeline/${key}`).catch(() => {
    throw new Error('The run is gone, or the connection is lost: its folder has this timeline, in report.html or the record.');
  });
  if (!answer.ok) throw new Error((await answer.text()).trim());
  return (await answer.json()) as Event[];
}
