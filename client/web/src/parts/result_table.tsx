// Results in a list: overview, board, job and results show the same.
import { Link } from 'wouter-preact';
import { idOf } from '../api/api';
import type { Result } from '../api/types';
import { bytes, count, ms, percent } from '../reading/format';
import { Badge, Estimated } from './badge';
import { Columns, Table } from './table';
import { Ago } from './time';

function agreement(result: Result): string {
  const { samples, bit_exact } = result.agreement ?? {};
  return samples === undefined ? '—' : `${count(bit_exact)} of ${count(samples)}`;
}

export function ResultTable(props: { caption: string; results: Result[]; pick?: (result: Result) => preact.ComponentChildren }) {
  const { pick } = props;
  return (
    <Table
      caption={props.caption}
      head={
        <>
          {pick && (
            <th scope="col">
              <span class="only-read">Compare</span>
            </th>
          )}
          <Columns
            names={[
              'Result', 'Board', 'Verdict', ['Latency, ms', 'number'], ['Arena', 'number'],
              ['Top-1', 'number'], ['Equals host', 'number'], 'When',
            ]}
          />
        </>
      }
    >
      {props.results.map((result) => (
        <tr key={result.id}>
          {pick && <td>{pick(result)}</td>}
          <th scope="row">
            <Link href={`/results/${result.id}`} title={`Result ${result.id}`}>
              {result.model_display_name || result.id}
            </Link>
          </th>
          <td>
            <Link href={`/boards/${result.board?.id}`}>{result.board?.id}</Link>
          </td>
          <td>
            <Badge state={result.verdict} />
          </td>
          <td class="number">
            {ms(result.latency?.median_ms)} <Estimated when={result.latency?.estimated} />
          </td>
          <td class="number">{bytes(result.memory?.arena_bytes)}</td>
          <td class="number">{percent(result.accuracy?.top1)}</td>
          <td class="number">{agreement(result)}</td>
          <td>
            <Ago time={result.create_time} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

export function resultLink(name: string | undefined) {
  return `/results/${idOf(name)}`;
}
