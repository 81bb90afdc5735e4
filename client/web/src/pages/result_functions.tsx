// Where the program counter was, where the job asked for it (option functions).
import type { Result } from '../api/types';
import { Bar } from '../parts/layer_table';
import { Section } from '../parts/page';
import { Columns, Table } from '../parts/table';
import { count, percent } from '../reading/format';

const MOST = 15;

export function FunctionShares(props: { functions: NonNullable<Result['functions']> }) {
  const { functions } = props;
  if (functions.length === 0) return null;
  return (
    <Section title="Functions" note="By samples of the program counter">
      <Table caption="Functions of the firmware by their share of the time" head={<Columns names={['Function', 'File', ['Samples', 'number'], ['Share', 'number'], '']} />}>
        {functions.slice(0, MOST).map((one) => (
          <tr key={`${one.name} ${one.file}`}>
            <th scope="row"><code>{one.name || '(none known)'}</code></th>
            <td>{one.file || 'C library'}</td>
            <td class="number">{count(one.samples)}</td>
            <td class="number">{percent((one.percent ?? 0) / 100)}</td>
            <td class="bar-cell"><Bar share={(one.percent ?? 0) / 100} /></td>
          </tr>
        ))}
      </Table>
    </Section>
  );
}
