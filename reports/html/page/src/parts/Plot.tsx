import { useLayoutEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { colour, useDark } from '../theme';

export interface Curve {
  label: string;
  values: (number | null)[];
  colour: string; // of the style sheet
  points?: boolean; // only points
  dash?: number[];
  step?: boolean;
}

export interface Line {
  at: number;
  label: string;
  colour: string;
  u?: number; // drawn as a band around it
}

interface Props {
  title: string; // what it shows, for those who do not see it
  x: number[];
  curves: Curve[];
  unit: string;
  xUnit: string;
  logX?: boolean;
  height?: number;
  verticals?: Line[];
  horizontals?: Line[];
  xLabel?: (value: number) => string;
  fromZero?: boolean;
}

function drawLines(u: uPlot, lines: Line[], vertical: boolean) {
  const { left, top, width, height } = u.bbox;
  const { ctx } = u;
  ctx.save();
  ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'alphabetic';
  for (const line of lines) {
    const place = (value: number) => u.valToPos(value, vertical ? 'x' : 'y', true);
    const at = place(line.at);
    ctx.strokeStyle = ctx.fillStyle = colour(line.colour);
    ctx.lineWidth = devicePixelRatio;
    if (line.u) {
      const [a, b] = [place(line.at - line.u), place(line.at + line.u)].sort((p, q) => p - q) as [number, number];
      const [from, end] = vertical ? [left, left + width] : [top, top + height];
      const low = Math.max(a, from);
      const size = Math.max(0, Math.min(b, end) - low);
      ctx.globalAlpha = 0.15;
      if (vertical) ctx.fillRect(low, top, size, height);
      else ctx.fillRect(left, low, width, size);
      ctx.globalAlpha = 1;
    }
    if (vertical ? at < left || at > left + width : at < top || at > top + height) continue;
    ctx.beginPath();
    if (vertical) {
      ctx.moveTo(at, top);
      ctx.lineTo(at, top + height);
    } else {
      ctx.moveTo(left, at);
      ctx.lineTo(left + width, at);
    }
    ctx.stroke();
    const text = ctx.measureText(line.label).width;
    if (vertical) ctx.fillText(line.label, Math.min(at + 4, left + width - text), top + 12 * devicePixelRatio);
    else ctx.fillText(line.label, left + 4, at - 4);
  }
  ctx.restore();
}

/** Holds all values, and lines across that are not so far away that the values would be flat. */
export function yRange(min: number, max: number, props: Pick<Props, 'horizontals' | 'fromZero'>): [number, number] {
  const near = (props.horizontals ?? []).map((line) => line.at + (line.u ?? 0)).filter((at) => at <= 3 * max);
  const top = Math.max(max, ...near);
  const bottom = props.fromZero ? 0 : Math.min(min, ...near);
  const margin = (top - bottom || Math.abs(top) || 1) * 0.08;
  return [props.fromZero ? 0 : bottom - margin, top + margin];
}

function options(props: Props, width: number): uPlot.Options {
  const axis = (label: string): uPlot.Axis => ({
    label,
    stroke: colour('quiet'),
    grid: { stroke: colour('line'), width: 1 },
    ticks: { stroke: colour('line'), width: 1 },
    labelSize: 20,
    font: '11px system-ui, sans-serif',
    labelFont: '11px system-ui, sans-serif',
  });
  const named = props.xLabel;
  return {
    width,
    height: props.height ?? 220,
    legend: { show: props.curves.length > 1 },
    cursor: { drag: { x: true, y: false }, points: { size: 6 } },
    scales: {
      x: { time: false, distr: props.logX ? 3 : 1 },
      y: { range: (_u, min, max) => yRange(min ?? 0, max ?? 1, props) },
    },
    axes: [
      { ...axis(props.xUnit), size: 32, ...(named ? { values: (_u: uPlot, at: number[]) => at.map((one) => (one === null ? '' : named(one))) } : {}) },
      { ...axis(props.unit), size: 60 },
    ],
    series: [
      { label: props.xUnit },
      ...props.curves.map((curve): uPlot.Series => ({
        label: curve.label,
        stroke: colour(curve.colour),
        width: curve.points ? 0 : 1.5,
        spanGaps: true,
        points: { show: curve.points ?? false, size: 6, fill: colour(curve.colour) },
        ...(curve.dash ? { dash: curve.dash } : {}),
        ...(curve.step && uPlot.paths.stepped ? { paths: uPlot.paths.stepped({ align: 1 }) } : {}),
      })),
    ],
    hooks: {
      draw: [
        (u) => drawLines(u, props.verticals ?? [], true),
        (u) => drawLines(u, props.horizontals ?? [], false),
      ],
    },
  };
}

export function Plot(props: Props) {
  const place = useRef<HTMLDivElement>(null);
  const isDark = useDark();
  useLayoutEffect(() => { // before anything is scrolled to: it has its height then
    const home = place.current;
    if (!home) return;
    const data = [props.x, ...props.curves.map((one) => one.values)] as uPlot.AlignedData;
    const plot = new uPlot(options(props, home.clientWidth || 600), data, home);
    const resized = new ResizeObserver(() => plot.setSize({ width: home.clientWidth, height: props.height ?? 220 }));
    resized.observe(home);
    return () => {
      resized.disconnect();
      plot.destroy();
    };
  }, [props.x, props.curves, isDark]);
  return <div class="plot" role="img" aria-label={props.title} ref={place} />;
}
