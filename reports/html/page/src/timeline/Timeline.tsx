import type { Event } from '../data';

export function Timeline(props: { events: Event[]; begin: number; end: number; highlight?: number }) {
  return <p>{props.events.length} events</p>;
}
