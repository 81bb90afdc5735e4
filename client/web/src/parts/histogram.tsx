// The timed runs of a result by their latency.
import type { Latency } from '../api/types';
import { ms } from '../reading/format';
import { decimalsFor, histogram } from '../reading/histogram';

const WIDTH = 480;
const HEIGHT = 120;
const GAP = 2;

export function LatencyHistogram(props: { latency: Latency }) {
  const { samples_ms: samples = [], estimated } = props.latency;
  if (samples.length < 2) return null;
  const bins = histogram(samples);
  const most = Math.max(...bins.map((bin) => bin.count));
  const low = bins[0]!.low;
  const high = bins.at(-1)!.high;
  const decimals = decimalsFor(bins);
  const fine = (value: number) => value.toFixed(decimals);
  const width = WIDTH / bins.length;
  const words = `${samples.length} ${estimated ? 'estimated' : 'measured'} runs between ${fine(low)} and ${fine(high)} ms, median ${ms(props.latency.median_ms)} ms`;
  return (
    <figure class="chart">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT + 22}`} role="img" aria-label={`Histogram: ${words}`}>
        <line class="axis" x1="0" x2={WIDTH} y1={HEIGHT} y2={HEIGHT} />
        {bins.map((bin, i) => (
          <rect
            key={i}
            class="column"
            x={bins.length === 1 ? WIDTH / 2 - 30 : i * width + GAP / 2}
            width={bins.length === 1 ? 60 : width - GAP}
            y={HEIGHT - (bin.count / most) * (HEIGHT - 8)}
            height={(bin.count / most) * (HEIGHT - 8)}
          >
            <title>{`${fine(bin.low)} to ${fine(bin.high)} ms: ${bin.count} runs`}</title>
          </rect>
        ))}
        <text class="tick" x={bins.length === 1 ? WIDTH / 2 : 0} y={HEIGHT + 17} text-anchor={bins.length === 1 ? 'middle' : 'start'}>
          {fine(low)} ms
        </text>
        {bins.length > 1 && (
          <text class="tick" x={WIDTH} y={HEIGHT + 17} text-anchor="end">
            {fine(high)} ms
          </text>
        )}
      </svg>
      <figcaption>{words}.</figcaption>
    </figure>
  );
}
