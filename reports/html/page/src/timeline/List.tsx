import { useEffect, useRef, useState } from 'preact/hooks';
import { digits } from '../format';
import { Text } from '../parts/Text';
import { Bytes } from './Bytes';
import { laneNames, type Item } from './items';

const step = 100;

function Row(props: { item: Item; before: number; begin: number; at: boolean; asHex: boolean; select: () => void }) {
  const { item } = props;
  return (
    <tr class={props.at ? 'at' : ''} onClick={props.select} aria-current={props.at ? 'true' : undefined}>
      <td class="number">{((item.t - props.begin) / 1e6).toFixed(3)}</td>
      <td class="number wide quiet">+{digits((item.t - props.before) / 1e6)}</td>
      <td class="wide quiet">{laneNames[item.lane]}</td>
      <td><button class="pick" onClick={props.select}>{item.what}</button>{item.verdict && <span class={`mark ${item.verdict}`}> {item.verdict}</span>}</td>
      <td>{item.pieces ? <Bytes pieces={item.pieces} asHex={props.asHex} /> : <Text of={item.text} most={500} />}</td>
    </tr>
  );
}

export function List(props: { items: Item[]; begin: number; selected: number; select: (item: number) => void; asHex: boolean }) {
  const { items, selected } = props;
  const [rows, setRows] = useState(step);
  const box = useRef<HTMLDivElement>(null);
  const end = useRef<HTMLTableRowElement>(null);
  const count = Math.min(items.length, Math.max(rows, selected + step / 2));
  useEffect(() => {
    if (!end.current) return;
    const seen = new IntersectionObserver((all) => all.some((one) => one.isIntersecting) && setRows(count + step), { root: box.current, rootMargin: '300px' });
    seen.observe(end.current);
    return () => seen.disconnect();
  }, [count, items]);
  useEffect(() => {
    const row = box.current?.querySelector<HTMLElement>('tr.at');
    if (!row || !box.current) return;
    const top = row.offsetTop - box.current.clientHeight / 3;
    if (row.offsetTop < box.current.scrollTop + 24 || row.offsetTop + row.offsetHeight > box.current.scrollTop + box.current.clientHeight) box.current.scrollTop = top;
  }, [selected, count]);
  return (
    <div class="events" ref={box} role="region" aria-label="Events" tabIndex={0}>
      <table>
        <thead><tr><th scope="col" class="number">ms</th><th scope="col" class="number wide">since</th><th scope="col" class="wide">where</th><th scope="col">what</th><th scope="col">with</th></tr></thead>
        <tbody>
          {items.slice(0, count).map((item, i) => (
            <Row key={i} item={item} before={items[i - 1]?.t ?? item.t} begin={props.begin} at={i === selected} asHex={props.asHex} select={() => props.select(i)} />
          ))}
          {count < items.length && <tr ref={end}><td colSpan={5} class="quiet">and {items.length - count} more</td></tr>}
        </tbody>
      </table>
    </div>
  );
}
