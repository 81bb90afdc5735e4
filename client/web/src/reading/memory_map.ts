// What lies in which memory of the chip.
import type { Memory } from '../api/types';

export interface Segment {
  what: 'firmware' | 'package' | 'arena' | 'stack' | 'other';
  bytes: number;
}

export interface Region {
  name: string;
  used: number;
  size: number;
  segments: Segment[]; // together `used`
}

// `aliases`: other names under which a chip shows one of its memories, to the memory's own.
export function memoryMap(memory: Memory, aliases: Map<string, string> = new Map()): Region[] {
  const parts: [Segment['what'], string | undefined, number | undefined][] = [
    ['firmware', memory.code_region, memory.code_bytes],
    ['package', memory.weights_region, memory.package_bytes],
    ['arena', memory.arena_region, memory.arena_bytes],
    ['stack', memory.stack_region, memory.stack_bytes],
  ];
  return (memory.regions ?? []).map((region) => {
    const used = region.used_bytes ?? 0;
    const segments: Segment[] = [];
    let rest = used;
    for (const [what, name, size] of parts) {
      // A package is copied in pieces where weights have a place of their own: never more than is used.
      const place = aliases.get(name ?? '') ?? name;
      const bytes = place === region.name ? Math.min(size ?? 0, rest) : 0;
      if (bytes > 0) segments.push({ what, bytes });
      rest -= bytes;
    }
    if (rest > 0) segments.push({ what: 'other', bytes: rest });
    return { name: region.name ?? '', used, size: region.size_bytes ?? 0, segments };
  });
}
