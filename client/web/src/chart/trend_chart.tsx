// Values over time as a chart, with their noise band, and where the level changed for good. The page's table has
// the same in words.
import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useLocation } from 'wouter-preact';
import { moment } from '../reading/format';

const HEIGHT = 300;

export interface ChartPoint {
  time: number; // ms since 1970
  value: number;
  low?: number; // the band, where one is known
  high?: number;
  mark?: 'regression' | 'improvement';
  href: string; // what a click opens
}

// A canvas needs the colour itself, not the variable that is one in light and another in dark.
function colour(name: string): string {
  const probe = document.body.appendChild(document.createElement('i'));
  probe.style.color = `var(--${name})`;
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

function dataOf(points: ChartPoint[]): uPlot.AlignedData {
  const marked = (mark: ChartPoint['mark']) => points.map((p) => (p.mark === mark ? p.value : null));
  return [
    points.map((_, i) => i),
    points.map((p) => p.low ?? null),
    points.map((p) => p.high ?? null),
    points.map((p) => p.value),
    marked('regression'),
    marked('improvement'),
  ];
}

function day(points: ChartPoint[], index: number): string {
  const point = points[index];
  if (!point || !Number.isInteger(index)) return '';
  return new Date(point.time).toLocaleString(undefined, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });
}

function mark(label: string, stroke: string): uPlot.Series {
  return { label, stroke, fill: stroke, paths: () => null, points: { show: true, size: 12, fill: stroke, stroke } };
}

function optionsOf(points: ChartPoint[], unit: string, width: number, pointed: (index: number | null) => void): uPlot.Options {
  const line = colour('accent');
  const edge = { width: 0, points: { show: false }, stroke: 'transparent' };
  const axis = { stroke: colour('muted'), grid: { stroke: colour('line'), width: 1 }, ticks: { show: false } };
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    scales: { x: { time: false, range: (_u, min, max) => [min - 0.5, max + 0.5] } },
    bands: [{ series: [2, 1], fill: colour('band') }],
    series: [
      {},
      { label: 'band, low', ...edge },
      { label: 'band, high', ...edge },
      { label: 'median', stroke: line, width: 2, points: { show: points.length < 120, size: 6, fill: line } },
      mark('regression', colour('bad')),
      mark('improvement', colour('good')),
    ],
    axes: [
      { ...axis, space: 135, values: (_u, at) => at.map((i) => day(points, i)) },
      { ...axis, size: 64, values: (_u, at) => at.map((value) => `${Number(value.toPrecision(6)).toLocaleString('en-US')} ${unit}`) },
    ],
    hooks: { setCursor: [(u) => pointed(u.cursor.idx ?? null)] },
  };
}

// `words` says what the chart shows; `format` how a value reads, without its unit.
export function TrendChart(props: { points: ChartPoint[]; unit: string; words: string; format: (value: number) => string }) {
  const place = useRef<HTMLDivElement>(null);
  const [theme, setTheme] = useState(0);
  const [pointed, setPointed] = useState<number | null>(null);
  const index = useRef<number | null>(null);
  const [, navigate] = useLocation();
  const { points, unit, words, format } = props;

  useEffect(() => {
    const changed = () => setTheme((n) => n + 1);
    const system = matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', changed);
    addEventListener('themechange', changed);
    return () => {
      system.removeEventListener('change', changed);
      removeEventListener('themechange', changed);
    };
  }, []);

  useEffect(() => {
    const element = place.current!;
    const hover = (at: number | null) => {
      index.current = at;
      setPointed(at);
    };
    const plot = new uPlot(optionsOf(points, unit, element.clientWidth, hover), dataOf(points), element);
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [points, unit, theme]);

  const point = pointed === null ? undefined : points[pointed];
  return (
    <figure class="chart trend">
      <div
        ref={place}
        role="img"
        aria-label={`Trend: ${words}`}
        onClick={() => {
          const at = index.current === null ? undefined : points[index.current];
          if (at) navigate(at.href);
        }}
      />
      <figcaption>
        {point
          ? `${moment(new Date(point.time).toISOString())}: ${format(point.value)} ${unit}${point.low === undefined ? '' : `, band ${format(point.low)} to ${format(point.high!)}`}; a click opens it`
          : `${words}.`}
      </figcaption>
    </figure>
  );
}
