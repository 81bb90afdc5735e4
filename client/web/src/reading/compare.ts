// Two results side by side. Runs that differ in a field that matters are refused rather than compared:
// their difference would say nothing about what the reader asks.
import type { Layer, Result } from '../api/types';
import { conditionsOf } from './conditions';

export interface Refusal {
  field: string;
  a: string;
  b: string;
  why: string;
}

export interface Figure {
  name: string;
  unit: 'ms' | 'count' | 'bytes' | 'share';
  a?: number;
  b?: number;
  // (b - a) / a; absent where one is not known or a is 0.
  change?: number;
  // What a smaller value means; 'neither' where it is no better or worse.
  better: 'less' | 'more' | 'neither';
}

export interface LayerPair {
  name: string;
  op: string;
  a?: Layer;
  b?: Layer;
  change?: number;
}

export interface Comparison {
  refusals: Refusal[];
  differences: { name: string; a: string; b: string }[];
  figures: Figure[];
  layers: LayerPair[];
}

const time = (result: Result) => (result.latency?.estimated ? 'estimated' : 'measured');
const clock = (result: Result) => (result.clock_hz === undefined ? 'unknown' : `${result.clock_hz / 1e6} MHz`);

export function refusalsOf(a: Result, b: Result): Refusal[] {
  const refusals: Refusal[] = [];
  const must = (field: string, left: string, right: string, why: string) => {
    if (left !== right) refusals.push({ field, a: left, b: right, why });
  };
  must('time', time(a), time(b), 'an estimate and a measurement differ by the error of the model, which is no change of the network');
  must('model', a.provenance?.model_sha256 ?? '', b.provenance?.model_sha256 ?? '', 'they are different files; layers need not correspond');
  must('chip', a.board?.chip ?? '', b.board?.chip ?? '', 'another chip has other memories and another core; compare each with its own history');
  must('clock', clock(a), clock(b), 'milliseconds at different clocks cannot be told from a change of the work; run both at one clock (option clock=MHZ)');
  for (const [name, result] of [['A', a], ['B', b]] as const) {
    if (result.verdict !== 'INVALID') continue;
    refusals.push({
      field: 'verdict',
      a: a.verdict ?? '',
      b: b.verdict ?? '',
      why: `${name} is invalid: ${result.issues?.[0]?.message ?? 'its outputs or times cannot be trusted'}`,
    });
  }
  return refusals;
}

function relative(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined || a === 0 ? undefined : (b - a) / a;
}

function figuresOf(a: Result, b: Result): Figure[] {
  const rows: [string, Figure['unit'], Figure['better'], number | undefined, number | undefined][] = [
    ['Latency, median', 'ms', 'less', a.latency?.median_ms, b.latency?.median_ms],
    ['Latency, 90th percentile', 'ms', 'less', a.latency?.p90_ms, b.latency?.p90_ms],
    ['Cycles', 'count', 'less', a.cycles?.median, b.cycles?.median],
    ['Instructions', 'count', 'less', a.instructions, b.instructions],
    ['Multiply-accumulates', 'count', 'neither', a.macs, b.macs],
    ['Arena', 'bytes', 'less', a.memory?.arena_bytes, b.memory?.arena_bytes],
    ['Weights', 'bytes', 'less', a.memory?.weights_bytes, b.memory?.weights_bytes],
    ['Stack', 'bytes', 'less', a.memory?.stack_bytes, b.memory?.stack_bytes],
    ['Firmware', 'bytes', 'less', a.memory?.code_bytes, b.memory?.code_bytes],
    ['Top-1 on the board', 'share', 'more', a.accuracy?.top1, b.accuracy?.top1],
  ];
  return rows
    .filter(([, , , left, right]) => left !== undefined || right !== undefined)
    .map(([name, unit, better, left, right]) => ({ name, unit, better, a: left, b: right, change: relative(left, right) }));
}

// By name; what has no counterpart stands alone, in the order of its own run.
export function pairLayers(a: Layer[], b: Layer[]): LayerPair[] {
  const key = (layer: Layer) => `${layer.name ?? ''}`;
  const right = new Map(b.map((layer) => [key(layer), layer]));
  const used = new Set<Layer>();
  const pairs: LayerPair[] = a.map((layer) => {
    const other = right.get(key(layer));
    if (other) used.add(other);
    return {
      name: layer.name ?? '',
      op: layer.op ?? '',
      a: layer,
      b: other,
      change: relative(layer.cycles, other?.cycles),
    };
  });
  const alone = b.filter((layer) => !used.has(layer));
  return [...pairs, ...alone.map((layer) => ({ name: layer.name ?? '', op: layer.op ?? '', b: layer }))];
}

export function compare(a: Result, b: Result): Comparison {
  const left = new Map(conditionsOf(a));
  const right = new Map(conditionsOf(b));
  const names = [...new Set([...left.keys(), ...right.keys()])];
  const differences = names
    .map((name) => ({ name, a: left.get(name) ?? '', b: right.get(name) ?? '' }))
    .filter((row) => row.a !== row.b);
  for (const [name, x, y] of [
    ['firmware build', a.provenance?.firmware_build_id, b.provenance?.firmware_build_id],
    ['compiler', a.provenance?.compiler_version, b.provenance?.compiler_version],
    ['board unit', a.board?.id, b.board?.id],
  ] as const) {
    if (x !== y) differences.push({ name, a: x ?? '', b: y ?? '' });
  }
  const refusals = refusalsOf(a, b);
  if (refusals.length > 0) return { refusals, differences, figures: [], layers: [] };
  return { refusals, differences, figures: figuresOf(a, b), layers: pairLayers(a.layers ?? [], b.layers ?? []) };
}
