import { useEffect, useRef, useState } from 'preact/hooks';
import { useDark } from '../theme';
import { draw, heightOf, laneAt } from './draw';
import type { Item, Lane } from './items';
import { having, moment, moved, nearest, whole, zoomed, type View } from './view';

interface Props {
  items: Item[];
  lanes: Lane[];
  begin: number;
  end: number;
  selected: number;
  select: (item: number) => void;
}

/** Where on the canvas, as a moment. */
function momentAt(event: MouseEvent, canvas: HTMLCanvasElement, view: View): number {
  return view.from + (event.offsetX / Math.max(1, canvas.clientWidth)) * (view.to - view.from);
}

export function Axis(props: Props) {
  const { items, lanes, begin, end, selected, select } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const all = whole(begin, end);
  const [view, setView] = useState(all);
  const [pointer, setPointer] = useState<number | null>(null);
  const [width, setWidth] = useState(0);
  const drag = useRef<{ x: number; view: View; moved: boolean } | null>(null);
  const isDark = useDark();

  useEffect(() => setView(whole(begin, end)), [begin, end]);
  useEffect(() => {
    const chosen = items[selected];
    if (chosen) setView((now) => having(now, chosen.t, whole(begin, end)));
  }, [selected, items]);
  useEffect(() => {
    const resized = new ResizeObserver(() => setWidth(canvas.current?.clientWidth ?? 0));
    resized.observe(canvas.current!);
    return () => resized.disconnect();
  }, []);
  useEffect(() => draw(canvas.current!, { items, lanes, view, zero: begin, selected, pointer }), [items, lanes, view, selected, pointer, width, isDark]);
  useEffect(() => {
    const home = canvas.current!;
    const wheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.shiftKey && document.activeElement !== home) return; // the page scrolls
      event.preventDefault();
      setView((now) => event.shiftKey ? moved(now, event.deltaY / 500, all) : zoomed(now, Math.exp(event.deltaY / 300), momentAt(event, home, now), all));
    };
    home.addEventListener('wheel', wheel, { passive: false });
    return () => home.removeEventListener('wheel', wheel);
  }, [begin, end]);

  const middle = items[selected]?.t ?? (view.from + view.to) / 2;
  const closer = () => setView((now) => zoomed(now, 0.5, middle, all));
  const wider = () => setView((now) => zoomed(now, 2, middle, all));
  const keys: Record<string, () => void> = {
    '+': closer,
    '=': closer,
    '-': wider,
    '0': () => setView(all),
    ArrowLeft: () => setView((now) => moved(now, -0.2, all)),
    ArrowRight: () => setView((now) => moved(now, 0.2, all)),
    ArrowUp: () => select(Math.max(0, selected - 1)),
    ArrowDown: () => select(Math.min(items.length - 1, selected + 1)),
  };
  const pressed = (event: KeyboardEvent) => {
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  };
  const down = (event: PointerEvent) => {
    drag.current = { x: event.offsetX, view, moved: false };
    canvas.current!.setPointerCapture(event.pointerId);
  };
  const move = (event: PointerEvent) => {
    setPointer(momentAt(event, canvas.current!, view));
    const from = drag.current;
    if (!from) return;
    const share = (from.x - event.offsetX) / canvas.current!.clientWidth;
    if (Math.abs(from.x - event.offsetX) > 3) from.moved = true;
    if (from.moved) setView(moved(from.view, share, all));
  };
  const up = (event: PointerEvent) => {
    const from = drag.current;
    drag.current = null;
    if (!from || from.moved) return;
    const reach = ((view.to - view.from) / canvas.current!.clientWidth) * 8;
    const at = momentAt(event, canvas.current!, view);
    const found = nearest(items, at, laneAt(event.offsetY, lanes), reach);
    if (found >= 0) select(found);
  };
  const step = (view.to - view.from) / 1000;
  return (
    <div class="axis-box">
      <div class="axis-bar">
        <button onClick={closer} aria-label="Zoom in">+</button>
        <button onClick={wider} aria-label="Zoom out">{'\u2212'}</button>
        <button onClick={() => setView(all)}>all</button>
        <span class="quiet number">{moment(view.from - begin, step)} to {moment(view.to - begin, step)}{pointer !== null && `, at ${moment(pointer - begin, step)}`}</span>
      </div>
      <canvas
        ref={canvas} class="axis" tabIndex={0} role="application" style={{ height: `${heightOf(lanes)}px` }}
        aria-label={`Time axis with ${items.length} events; plus and minus zoom, left and right move, up and down choose an event, 0 shows all. The list below has the same events.`}
        data-from={view.from} data-to={view.to}
        onKeyDown={pressed} onPointerDown={down} onPointerMove={move} onPointerUp={up} onPointerLeave={() => setPointer(null)}
      />
    </div>
  );
}
