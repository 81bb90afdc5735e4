// What the board said to a drawing.
import { Link } from 'wouter-preact';
import { Estimated, Virtual } from '../parts/badge';
import { Facts } from '../parts/facts';
import { Bar } from '../parts/layer_table';
import { count, ms, percent, seconds } from '../reading/format';
import type { Inference } from './try_inference';

function Seen(props: { input: Float32Array; rows: number; columns: number }) {
  const { input, rows, columns } = props;
  return (
    <svg class="seen" viewBox={`0 0 ${columns} ${rows}`} role="img" aria-label={`The drawing as the model sees it, ${rows} by ${columns} pixels`}>
      <rect width={columns} height={rows} class="seen-ground" />
      {Array.from(input, (value, i) => (
        <rect key={i} x={i % columns} y={Math.floor(i / columns)} width="1" height="1" class="seen-ink" fill-opacity={value} />
      ))}
    </svg>
  );
}

export function Answer(props: { inference: Inference; rows: number; columns: number }) {
  const { result, classes, input, tookMs } = props.inference;
  const best = classes.indexOf(Math.max(...classes));
  const { agreement, latency } = result;
  return (
    <div class="answer" aria-live="polite">
      <div class="answer-top">
        <p class="answer-class">
          <span class="only-read">The board says: </span>
          {best}
        </p>
        <Seen input={input} rows={props.rows} columns={props.columns} />
        <p class="answer-latency">
          <strong>{ms(latency?.median_ms)}</strong> ms <Estimated when={latency?.estimated} />
          <br />
          on {result.board?.id} <Virtual when={result.board?.virtual} />
        </p>
      </div>
      <ol class="classes" start={0} aria-label="Probability of each class">
        {classes.map((value, index) => (
          <li key={index} class={index === best ? 'best' : ''}>
            <span class="class-name">{index}</span>
            <Bar share={value} />
            <span class="class-share">{percent(value)}</span>
          </li>
        ))}
      </ol>
      <Facts
        facts={[
          ['Equals the host', agreement && (agreement.bit_exact === agreement.samples ? 'yes, bit for bit' : 'no')],
          ['Cycles', latency?.median_ms !== undefined && <>{count(result.cycles?.median)} <Estimated when={result.cycles?.estimated} /></>],
          ['Instructions', count(result.instructions)],
          ['From click to answer', seconds(tookMs)],
          ['Result', <Link href={`/results/${result.id}`}>{result.id}</Link>],
        ]}
      />
    </div>
  );
}
