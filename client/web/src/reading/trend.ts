// Latencies of one model on one board over time: how much they vary by themselves, and where they left that
// for good.
//
// The level is the median of the last LEVEL_POINTS points since the last change. The band around it is the
// largest of 3 robust standard deviations of those points (1.4826 × median absolute deviation), half the spread
// of the samples within one result (p90 − min, median of the points), and 0.2 % of the level. A point outside is a
// suspicion; the next point on the same side confirms it, and the change counts from the first of the two.
// Afterwards the level begins anew there.
import type { Result } from '../api/types';
import { conditionsOf } from './conditions';

const LEVEL_POINTS = 10;
const LEAST_POINTS = 3; // before these nothing is judged
const LEAST_BAND = 0.002; // of the level
const SEPARATOR = '\n';

export interface Point {
  result: Result;
  time: number; // ms since 1970
  value: number; // ms
  level?: number;
  low?: number; // the band
  high?: number;
  outside?: 'above' | 'below';
  confirmed?: boolean; // a regression (above) or an improvement (below) begins here
  change?: number; // of the level, where confirmed: +0.04 = 4 % slower
}

export interface Series {
  conditions: string[]; // each with its name
  estimated: boolean;
  points: Point[]; // oldest first
}

export function median(values: number[]): number {
  const sorted = [...values].sort((x, y) => x - y);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function bandOf(points: Point[]): { level: number; half: number } {
  const values = points.map((point) => point.value);
  const level = median(values);
  const deviation = 1.4826 * median(values.map((value) => Math.abs(value - level)));
  const spread = median(
    points.map(({ result }) => Math.max(0, (result.latency?.p90_ms ?? 0) - (result.latency?.min_ms ?? 0))),
  );
  return { level, half: Math.max(3 * deviation, spread / 2, LEAST_BAND * level) };
}

function judge(points: Point[]): void {
  let begin = 0; // of the current level
  let suspect = -1; // index of a point outside that waits for the next
  for (let i = 0; i < points.length; ++i) {
    const before = points.slice(begin, i).filter((point) => !point.outside || point.confirmed).slice(-LEVEL_POINTS);
    if (before.length < LEAST_POINTS) continue;
    const { level, half } = bandOf(before);
    const point = points[i]!;
    Object.assign(point, { level, low: level - half, high: level + half });
    if (point.value > point.high!) point.outside = 'above';
    if (point.value < point.low!) point.outside = 'below';
    if (!point.outside) {
      suspect = -1;
    } else if (suspect >= 0 && points[suspect]!.outside === point.outside) {
      const first = points[suspect]!;
      first.confirmed = true;
      first.change = median([first.value, point.value]) / level - 1;
      // Both are the new level's own.
      begin = suspect;
      point.outside = undefined;
      suspect = -1;
    } else {
      suspect = i;
    }
  }
}

// One series for each set of conditions, the one with the newest point first.
export function seriesOf(results: Result[]): Series[] {
  const groups = new Map<string, Point[]>();
  for (const result of results) {
    const value = result.latency?.median_ms;
    if (value === undefined || result.verdict === 'INVALID') continue;
    const key = conditionsOf(result).map((pair) => pair.join(' ')).join(SEPARATOR);
    const point = { result, value, time: Date.parse(result.create_time ?? '') };
    groups.set(key, [...(groups.get(key) ?? []), point]);
  }
  const series = [...groups].map(([conditions, points]) => {
    points.sort((x, y) => x.time - y.time);
    judge(points);
    return { conditions: conditions.split(SEPARATOR), estimated: points.some((p) => p.result.latency?.estimated === true), points };
  });
  return series.sort((x, y) => y.points.at(-1)!.time - x.points.at(-1)!.time);
}

// What tells a series from the others: its conditions that not all of them have.
export function nameOf(series: Series, all: Series[]): string {
  const own = series.conditions.filter((one) => !all.every((other) => other.conditions.includes(one)));
  return own.length > 0 ? own.join(', ') : 'as usual';
}
