// What is in a model that the server has.
import { getModelView, idOf } from '../api/api';
import { useResource } from '../api/resource';
import { Facts } from '../parts/facts';
import { Loaded } from '../parts/notice';
import type { TensorDescription } from '../api/types';
import { bytes, count, shape } from '../reading/format';

function tensors(list: TensorDescription[] | undefined): string {
  return (list ?? []).map((one) => `${one.name}: ${one.dtype} ${shape(one.shape)}`).join(', ');
}

export function ModelSummary(props: { name: string }) {
  const id = idOf(props.name);
  const view = useResource(`view ${id}`, (s) => getModelView(id, s));
  return (
    <Loaded of={view} what="the model">
      {({ format, inputs, outputs, totals }) => (
        <Facts
          facts={[
            ['Format', format],
            ['Inputs', tensors(inputs)],
            ['Outputs', tensors(outputs)],
            ['Layers', count(totals?.layers)],
            ['Weights', bytes(totals?.weights_bytes)],
            ['Activations, peak', bytes(totals?.activations_peak_bytes)],
            ['MAC', count(totals?.macs)],
          ]}
        />
      )}
    </Loaded>
  );
}
