import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Event } from '../data';
import { Axis } from './Axis';
import { itemsOf, kinds, lanes as allLanes } from './items';
import { List } from './List';
import './timeline.css';

/** One attempt on one time axis: bytes both ways, server, DNS, radio and what the bench thought of it. `highlight`: the
 *  exchange to begin with. */
export function Timeline(props: { events: Event[]; begin: number; end: number; highlight?: number }) {
  const items = useMemo(() => itemsOf(props.events), [props.events]);
  const lanes = useMemo(() => allLanes.filter((lane) => items.some((item) => item.lane === lane)), [items]);
  const used = useMemo(() => {
    const found = new Set(items.flatMap((item) => item.pieces?.map((piece) => piece.kind) ?? []));
    return kinds.filter((kind) => found.has(kind));
  }, [items]);
  const [selected, select] = useState(-1);
  const [asHex, setHex] = useState(false);
  useEffect(() => {
    const wanted = props.highlight ?? 0;
    select(wanted > 0 ? items.findIndex((item) => item.exchange === wanted) : -1);
  }, [items, props.highlight]);
  if (items.length === 0) return <p class="quiet">Nothing happened in it.</p>;
  return (
    <div class="timeline">
      <Axis items={items} lanes={lanes} begin={props.begin} end={props.end} selected={selected} select={select} />
      <div class="legend">
        {used.map((kind) => <span key={kind}><span class={`kind ${kind}`}>{kind}</span></span>)}
        <label><input type="checkbox" checked={asHex} onChange={(event) => setHex(event.currentTarget.checked)} /> hex</label>
      </div>
      <List items={items} begin={props.begin} selected={selected} select={select} asHex={asHex} />
    </div>
  );
}
