// Fields in which two results differ.
import type { ComponentChildren } from 'preact';
import type { Difference } from '../api/types';
import { Columns, Table } from './table';

const MOST_CHARACTERS = 24; // of a hash

export function Differences(props: {
  caption: string;
  differences: Difference[];
  extra?: [title: string, cell: (difference: Difference) => ComponentChildren];
}) {
  const { extra } = props;
  return (
    <Table caption={props.caption} head={<Columns names={['What', 'A', 'B', 'Why it matters', ...(extra ? [extra[0]] : [])]} />}>
      {props.differences.map((one) => (
        <tr key={`${one.code} ${one.field}`}>
          <th scope="row" title={one.code}>{one.field}</th>
          <td title={one.baseline}>{one.baseline?.slice(0, MOST_CHARACTERS) || '—'}</td>
          <td title={one.result}>{one.result?.slice(0, MOST_CHARACTERS) || '—'}</td>
          <td class="wrap">{one.message}</td>
          {extra && <td>{extra[1](one)}</td>}
        </tr>
      ))}
    </Table>
  );
}
