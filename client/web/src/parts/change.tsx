// How a value stands to what it is compared with.
import type { Change as ChangeRecord } from '../api/types';
import { percentChange } from '../reading/format';

const TONES: Record<string, string> = { SLOWER: 'worse', FASTER: 'better' };

export function Change(props: { change: ChangeRecord | undefined }) {
  const { change_percent: percent, band_percent: band, verdict } = props.change ?? {};
  const tone = TONES[verdict ?? ''] ?? '';
  return (
    <span class={`change ${tone}`}>
      {percentChange(percent)}
      {band !== undefined && <span class="band"> ±{band.toFixed(1)} %</span>}
      {tone && <span class="only-read"> ({verdict!.toLowerCase()})</span>}
    </span>
  );
}
