// Each memory of the chip as a bar: what lies in it, and how much is free.
import type { Board, Memory } from '../api/types';
import { bytes, percent } from '../reading/format';
import { memoryMap, type Region } from '../reading/memory_map';

const NAMES = { firmware: 'firmware', package: 'package (weights)', arena: 'arena', stack: 'stack', other: 'other' };

function words(region: Region): string {
  const parts = region.segments.map((part) => `${NAMES[part.what]} ${bytes(part.bytes)}`).join(', ');
  return `${bytes(region.used)} of ${bytes(region.size)} (${percent(region.used / region.size)})${parts ? `: ${parts}` : ''}`;
}

function RegionBar(props: { region: Region }) {
  const { region } = props;
  let x = 0;
  return (
    <svg class="region-bar" viewBox="0 0 1000 14" preserveAspectRatio="none" aria-hidden="true">
      <rect class="bar-ground" width="1000" height="14" />
      {region.segments.map((part) => {
        // What is there is seen, however little it is.
        const width = Math.max(4, (part.bytes / region.size) * 1000);
        const rect = <rect key={part.what} class={`part-${part.what}`} x={x} width={width} height="14" />;
        x += width;
        return rect;
      })}
    </svg>
  );
}

export function MemoryMap(props: { memory: Memory; chip: Board['chip_facts'] }) {
  const named = (props.chip?.memories ?? []).filter((memory) => memory.alias_name);
  const aliases = new Map(named.map((memory) => [memory.alias_name!, memory.name!]));
  const regions = memoryMap(props.memory, aliases).filter((region) => region.size > 0);
  const kinds = [...new Set(regions.flatMap((region) => region.segments.map((part) => part.what)))];
  return (
    <>
      <ul class="legend" aria-hidden="true">
        {kinds.map((what) => (
          <li key={what}>
            <svg viewBox="0 0 10 10" width="10" height="10">
              <rect class={`part-${what}`} width="10" height="10" rx="2" />
            </svg>{' '}
            {NAMES[what]}
          </li>
        ))}
      </ul>
      <dl class="regions">
        {regions.map((region) => (
          <div key={region.name} class={region.used === 0 ? 'unused' : ''}>
            <dt>{region.name}</dt>
            <dd>
              <RegionBar region={region} />
              <span>{words(region)}</span>
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}
