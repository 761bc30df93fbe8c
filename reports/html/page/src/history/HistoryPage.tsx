import type { HistoryData } from '../data';

export function HistoryPage(props: { data: HistoryData }) {
  return <main><h1>{props.data.history}</h1></main>;
}
