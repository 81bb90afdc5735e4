// Samples in bins of equal width.
export interface Bin {
  low: number;
  high: number; // the last bin has it, the others end before it
  count: number;
}

// So many decimals that the ends of the bins can be told apart; at least three.
export function decimalsFor(bins: Bin[]): number {
  const width = bins.length > 1 ? bins[0]!.high - bins[0]!.low : 1;
  return Math.min(9, Math.max(3, Math.ceil(-Math.log10(width))));
}

// At most `most` bins; one where all samples are equal.
export function histogram(samples: number[], most = 20): Bin[] {
  if (samples.length === 0) return [];
  const low = Math.min(...samples);
  const high = Math.max(...samples);
  if (low === high) return [{ low, high, count: samples.length }];
  const bins = Math.min(most, Math.max(4, Math.ceil(Math.sqrt(samples.length) * 2)));
  const width = (high - low) / bins;
  const counts = new Array<number>(bins).fill(0);
  for (const sample of samples) counts[Math.min(bins - 1, Math.floor((sample - low) / width))]! += 1;
  return counts.map((count, i) => ({ low: low + i * width, high: low + (i + 1) * width, count }));
}
