// The axis, on a canvas: a lane for each place, a stroke for each item.
import { colour } from '../theme';
import { laneNames, type Item, type Lane } from './items';
import { moment, ticks, type View } from './view';

export const laneHeight = 24;
const head = 20;

export interface Drawing {
  items: readonly Item[];
  lanes: readonly Lane[];
  view: View;
  zero: number;
  selected: number;
  pointer: number | null; // a moment
}

export function heightOf(lanes: readonly Lane[]): number {
  return head + lanes.length * laneHeight + 4;
}

export function laneAt(y: number, lanes: readonly Lane[]): Lane | null {
  return lanes[Math.floor((y - head) / laneHeight)] ?? null;
}

export function colourOf(item: Item): string {
  if (item.verdict) return item.verdict in { pass: 1, fail: 1, inconc: 1, error: 1 } ? item.verdict : 'none';
  const kind = item.pieces?.find((piece) => piece.kind !== 'framing')?.kind ?? '';
  return { sent: 'ink', unexplained: 'fail', final: 'pass', unsolicited: 'error', boot: 'inconc', prompt: 'inconc', echo: 'quiet' }[kind] ?? 'accent';
}

function drawTicks(ctx: CanvasRenderingContext2D, of: Drawing, width: number, height: number, x: (t: number) => number) {
  const { at, step } = ticks(of.view, of.zero, Math.floor(width / 110));
  ctx.fillStyle = colour('quiet');
  ctx.strokeStyle = colour('line');
  ctx.beginPath();
  for (const t of at) {
    const place = Math.round(x(t + of.zero)) + 0.5;
    ctx.moveTo(place, head - 6);
    ctx.lineTo(place, height);
    ctx.fillText(moment(t, step), place + 3, 12);
  }
  ctx.stroke();
}

function drawLanes(ctx: CanvasRenderingContext2D, of: Drawing, width: number) {
  of.lanes.forEach((lane, i) => {
    const y = head + i * laneHeight;
    ctx.strokeStyle = colour('line');
    ctx.beginPath();
    ctx.moveTo(0, y + 0.5);
    ctx.lineTo(width, y + 0.5);
    ctx.stroke();
    ctx.fillStyle = colour('quiet');
    ctx.globalAlpha = 0.8;
    ctx.fillText(laneNames[lane], 4, y + 11);
    ctx.globalAlpha = 1;
  });
}

/** How many pixels a stroke is wide: long pieces of bytes are wider, to be seen from afar. */
function widthOf(item: Item): number {
  const bytes = item.pieces?.reduce((sum, piece) => sum + piece.bytes.length, 0) ?? 0;
  return bytes > 1000 ? 5 : bytes > 100 ? 4 : 2.5;
}

export function draw(canvas: HTMLCanvasElement, of: Drawing): void {
  const ctx = canvas.getContext('2d');
  if (!ctx) return;
  const ratio = devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = heightOf(of.lanes);
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  ctx.scale(ratio, ratio);
  ctx.font = '10.5px system-ui, sans-serif';
  const x = (t: number) => ((t - of.view.from) / (of.view.to - of.view.from)) * width;
  drawTicks(ctx, of, width, height, x);
  drawLanes(ctx, of, width);
  const y = new Map(of.lanes.map((lane, i) => [lane, head + i * laneHeight]));
  const last = new Map<string, number>();
  of.items.forEach((item, i) => {
    if (item.t < of.view.from || item.t > of.view.to) return;
    const place = Math.round(x(item.t) * ratio) / ratio;
    const name = colourOf(item);
    const key = item.lane + name;
    if (i !== of.selected && last.get(key) === place) return; // it would be drawn over
    last.set(key, place);
    ctx.fillStyle = colour(name);
    ctx.fillRect(place, y.get(item.lane)! + 13, widthOf(item), laneHeight - 15);
  });
  const chosen = of.items[of.selected];
  if (chosen) line(ctx, x(chosen.t), height, 'accent', 1.5);
  if (of.pointer !== null) line(ctx, x(of.pointer), height, 'quiet', 0.75);
}

function line(ctx: CanvasRenderingContext2D, x: number, height: number, name: string, width: number) {
  ctx.strokeStyle = colour(name);
  ctx.lineWidth = width;
  ctx.beginPath();
  ctx.moveTo(x, head - 8);
  ctx.lineTo(x, height);
  ctx.stroke();
}
