// The layers of a result, each with a bar of its share of the cycles.
import { useState } from 'preact/hooks';
import type { Layer } from '../api/types';
import { count, ms, percent, shape } from '../reading/format';
import { shortLayerName } from '../reading/layer_name';
import { Columns, Table } from './table';

type Order = 'execution' | 'cycles';

// A bar and the number that it stands for.
export function Bar(props: { share: number; tone?: string }) {
  return (
    <svg class={`bar ${props.tone ?? ''}`} viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect class="bar-ground" width="100" height="8" />
      <rect class="bar-fill" width={Math.max(0, Math.min(100, props.share * 100))} height="8" />
    </svg>
  );
}

export function LayerTable(props: { layers: Layer[]; clockHz: number | undefined; estimated: boolean | undefined }) {
  const [order, setOrder] = useState<Order>('execution');
  const { layers, clockHz } = props;
  const total = layers.reduce((sum, layer) => sum + (layer.cycles ?? 0), 0);
  const largest = Math.max(1, ...layers.map((layer) => layer.cycles ?? 0));
  const sorted = order === 'execution' ? layers : [...layers].sort((a, b) => (b.cycles ?? 0) - (a.cycles ?? 0));
  const timed = total > 0;
  return (
    <>
      {timed && (
        <div class="choice" role="group" aria-label="Order of the layers">
          {(['execution', 'cycles'] as const).map((one) => (
            <button type="button" key={one} aria-pressed={order === one} onClick={() => setOrder(one)}>
              {one === 'execution' ? 'As executed' : 'Heaviest first'}
            </button>
          ))}
        </div>
      )}
      <Table
        class="layers"
        caption={props.estimated ? 'Layers with their estimated cycles' : 'Layers with their cycles'}
        head={
          <Columns
            names={[
              ['#', 'number'], 'Layer', 'Kernel', 'Output', ['MAC', 'number'],
              ...(timed ? ([['Cycles', 'number'], ['ms', 'number'], ['Share', 'number'], ''] as const).map((c) => c as string | [string, 'number']) : ([['Instructions', 'number']] as [string, 'number'][])),
            ]}
          />
        }
      >
        {sorted.map((layer) => (
          <tr key={layer.index}>
            <td class="number">{layer.index}</td>
            <th scope="row" title={layer.name}>
              {shortLayerName(layer.name)} <span class="op">{layer.op}</span>
            </th>
            <td title={layer.kernel_reason}>
              <code>{layer.kernel}</code>
            </td>
            <td>{shape(layer.output_shape)}</td>
            <td class="number">{layer.macs ? count(layer.macs) : ''}</td>
            {timed ? (
              <>
                <td class="number">{count(layer.cycles)}</td>
                <td class="number">{clockHz && layer.cycles !== undefined ? ms((layer.cycles / clockHz) * 1000) : '—'}</td>
                <td class="number">{percent((layer.cycles ?? 0) / total)}</td>
                <td class="bar-cell">
                  <Bar share={(layer.cycles ?? 0) / largest} />
                </td>
              </>
            ) : (
              <td class="number">{count(layer.instructions)}</td>
            )}
          </tr>
        ))}
      </Table>
    </>
  );
}
