import type { RunData } from '../data';
import { RunPage } from '../run/RunPage';
import { useRun } from './follow';

export function LivePage(props: { first: RunData }) {
  const { data, progress, connection } = useRun(props.first);
  return <RunPage data={data} going={{ state: connection, progress }} />;
}
