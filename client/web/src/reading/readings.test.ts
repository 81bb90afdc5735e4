// Histogram, memory map, formats, values of tensors.
import { describe, expect, it } from 'vitest';
import { ago, bytes, change, ms, percent, seconds } from './format';
import { decimalsFor, histogram } from './histogram';
import { memoryMap } from './memory_map';
import { realValues } from './tensor_values';

describe('histogram', () => {
  it('has every sample in one bin', () => {
    const samples = Array.from({ length: 100 }, (_, i) => i / 7);
    const bins = histogram(samples);
    expect(bins.reduce((sum, bin) => sum + bin.count, 0)).toBe(100);
    expect(bins[0]!.low).toBe(0);
    expect(bins.at(-1)!.high).toBeCloseTo(99 / 7);
  });
  it('names its ends with enough decimals', () => {
    expect(decimalsFor(histogram([1, 2, 3]))).toBe(3);
    expect(decimalsFor(histogram([1.14601, 1.14602, 1.14605]))).toBeGreaterThanOrEqual(5);
  });
  it('is one bin where all are equal, none where there are none', () => {
    expect(histogram([2, 2, 2])).toEqual([{ low: 2, high: 2, count: 3 }]);
    expect(histogram([])).toEqual([]);
  });
});

describe('memory map', () => {
  const regions = [
    { name: 'FLASH', used_bytes: 130, size_bytes: 1000 },
    { name: 'SRAM1', used_bytes: 40, size_bytes: 100 },
    { name: 'DTCM', used_bytes: 7, size_bytes: 50 },
  ];
  const memory = {
    regions, code_region: 'FLASH', code_bytes: 100, weights_region: 'FLASH', package_bytes: 30,
    arena_region: 'SRAM1', arena_bytes: 40, stack_region: 'DTCM', stack_bytes: 5,
  };
  it('says what lies where, and calls the rest by no name that it has not', () =>
    expect(memoryMap(memory).map((region) => region.segments)).toEqual([
      [{ what: 'firmware', bytes: 100 }, { what: 'package', bytes: 30 }],
      [{ what: 'arena', bytes: 40 }],
      [{ what: 'stack', bytes: 5 }, { what: 'other', bytes: 2 }],
    ]));
  it('knows another name of a memory', () => {
    const seen = memoryMap({ ...memory, code_region: 'FLASH_ITCM' }, new Map([['FLASH_ITCM', 'FLASH']]));
    expect(seen[0]!.segments[0]).toEqual({ what: 'firmware', bytes: 100 });
  });
  it('never shows more than is used', () => {
    for (const region of memoryMap({ ...memory, package_bytes: 500 })) {
      expect(region.segments.reduce((sum, part) => sum + part.bytes, 0)).toBe(region.used);
    }
  });
});

describe('formats', () => {
  it('say what is not known', () => expect([ms(undefined), bytes(undefined), percent(undefined)]).toEqual(['—', '—', '—']));
  it('keep four digits of milliseconds', () =>
    expect([0.9145, 5.0351, 20.171, 234.56, 1234.5].map(ms)).toEqual(['0.914', '5.035', '20.17', '234.6', '1,235']));
  it('have units that people read', () =>
    expect([bytes(900), bytes(16_992), bytes(2 << 20), seconds(51), seconds(10_529), seconds(300_000)]).toEqual([
      '900 B', '16.6 KiB', '2.00 MiB', '51 ms', '10.5 s', '5 min 0 s',
    ]));
  it('sign changes', () => expect([0.042, -0.1, 0.0001, Number.NaN].map(change)).toEqual(['+4.2 %', '−10.0 %', '±0.0 %', '—']));
  it('tell times by distance', () => {
    const now = Date.UTC(2026, 0, 2);
    expect(['2026-01-01T23:59:59Z', '2026-01-01T23:57:00Z', '2025-12-31T00:00:00Z', undefined].map((t) => ago(t, now))).toEqual([
      'now', '3 min ago', '2 d ago', '—',
    ]);
  });
});

describe('values of tensors', () => {
  const base64 = (data: ArrayLike<number>) => btoa(String.fromCharCode(...Array.from(data)));
  it('are scaled where they are quantized', () =>
    expect(realValues({ dtype: 'int8', scale: 0.5, zero_point: -128 }, base64([128, 0, 127]))).toEqual([0, 64, 127.5]));
  it('are little-endian', () => {
    expect(realValues({ dtype: 'float32' }, base64([0, 0, 0x80, 0x3f]))).toEqual([1]);
    expect(realValues({ dtype: 'int16', scale: 1 }, base64([0xfe, 0xff]))).toEqual([-2]);
  });
  it('of no known type are none', () => expect(realValues({ dtype: 'complex' }, base64([1]))).toEqual([]));
});
