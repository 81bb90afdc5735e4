// Everything about one result.
import { Link } from 'wouter-preact';
import { getBoard, getResult } from '../api/api';
import { useResource } from '../api/resource';
import type { Result } from '../api/types';
import { Badge, Estimated, Virtual } from '../parts/badge';
import { Command } from '../parts/command';
import { Figure } from '../parts/facts';
import { LatencyHistogram } from '../parts/histogram';
import { LayerTable } from '../parts/layer_table';
import { MemoryMap } from '../parts/memory_map';
import { Loaded } from '../parts/notice';
import { Page, Section } from '../parts/page';
import { Ago } from '../parts/time';
import { bytes, count, mhz, ms, percent, seconds } from '../reading/format';
import { Findings } from './result_findings';
import { FunctionShares } from './result_functions';
import { ProvenanceFacts } from './result_provenance';
import { LikeThis } from './result_siblings';

function Figures(props: { result: Result }) {
  const { latency, cycles, memory, accuracy, agreement, ...result } = props.result;
  return (
    <dl class="figures">
      <Figure name="Latency" value={ms(latency?.median_ms)} unit={latency?.median_ms === undefined ? '' : 'ms'}>
        <Estimated when={latency?.estimated} />{' '}
        {latency?.median_ms !== undefined && <>p90 {ms(latency.p90_ms)}, max {ms(latency.max_ms)}</>}
      </Figure>
      <Figure name="Cycles" value={count(cycles?.median)}>
        <Estimated when={cycles?.estimated} /> at {mhz(result.clock_hz)}
        {result.cycles_per_mac !== undefined && <>, {result.cycles_per_mac.toFixed(2)} per MAC</>}
      </Figure>
      <Figure name="Instructions" value={count(result.instructions)}>{count(result.macs)} MAC</Figure>
      <Figure name="RAM" value={bytes(memory?.arena_bytes)}>arena; stack {bytes(memory?.stack_bytes)}</Figure>
      <Figure name="Flash" value={bytes(memory?.package_bytes)}>package; firmware {bytes(memory?.code_bytes)}</Figure>
      <Figure name="Top-1" value={percent(accuracy?.top1)}>
        {accuracy ? `${count(accuracy.samples)} samples on the board${accuracy.host_top1 !== undefined ? `; host ${percent(accuracy.host_top1)}` : ''}` : 'no dataset'}
      </Figure>
      <Figure name="Equals the host" value={agreement ? `${count(agreement.bit_exact)} / ${count(agreement.samples)}` : '—'}>
        {agreement?.first_divergent_layer !== undefined ? `differs first in layer ${agreement.first_divergent_layer}` : 'samples, bit for bit'}
      </Figure>
    </dl>
  );
}

function StageTimes(props: { result: Result }) {
  const stages = props.result.stages ?? [];
  return (
    <ol class="stages" aria-label="Stages of the run">
      {stages.map((stage) => (
        <li key={stage.name} class={`stage ${stage.skipped ? 'skipped' : 'done'}`}>
          <span class="stage-sign" aria-hidden="true">{stage.skipped ? '–' : '✓'}</span>
          <span class="stage-name">{stage.name}</span>
          <span class="stage-time">{stage.skipped ? 'skipped' : seconds(stage.duration_ms)}</span>
        </li>
      ))}
    </ol>
  );
}

function Found(props: { result: Result }) {
  const { result } = props;
  const board = useResource(`board ${result.board?.id}`, (s) => getBoard(result.board?.id ?? '', s));
  return (
    <>
      <div class="big-state">
        <Badge state={result.verdict} />
        <span>
          on <Link href={`/boards/${result.board?.id}`}>{result.board?.id}</Link> ({result.board?.chip}){' '}
          <Virtual when={result.board?.virtual} />
        </span>
        <Ago time={result.create_time} />
        <Link href={`/jobs/${result.job?.slice('jobs/'.length)}`}>its job</Link>
      </div>
      {result.issues?.map((issue) => (
        <p class="issue" key={issue.code}>
          <code>{issue.code}</code> {issue.message}
        </p>
      ))}
      <Figures result={result} />
      {(result.layers?.length ?? 0) > 0 && (
        <Section title="Layers">
          <LayerTable layers={result.layers!} clockHz={result.clock_hz} estimated={result.cycles?.estimated} />
        </Section>
      )}
      <div class="halves">
        <Section title="Memory">
          <MemoryMap memory={result.memory ?? {}} chip={board.value?.chip_facts} />
        </Section>
        {(result.latency?.samples_ms?.length ?? 0) > 1 && (
          <Section title="Timed runs" note={<Estimated when={result.latency?.estimated} />}>
            <LatencyHistogram latency={result.latency!} />
          </Section>
        )}
      </div>
      <Section title="Stages">
        <StageTimes result={result} />
      </Section>
      <Findings result={result} />
      <FunctionShares functions={result.functions ?? []} />
      <LikeThis result={result} />
      <Section title="Provenance">
        <ProvenanceFacts result={result} />
        <Command text={`edgerack results show ${result.id}`} />
        <Command text={`edgerack explain ${result.id}`} />
      </Section>
    </>
  );
}

export function ResultPage(props: { params: Record<string, string> }) {
  const id = props.params['id'] ?? '';
  const result = useResource(`result ${id}`, (s) => getResult(id, s));
  return (
    <Page
      title={result.value?.model_display_name ?? `Result ${id}`}
      under={['/results', 'Results']}
      aside={
        result.value && (
          <Link
            class="button"
            href={`/trends?model=${encodeURIComponent(result.value.model_display_name ?? '')}&board=${encodeURIComponent(result.value.board?.id ?? '')}`}
          >
            Its trend
          </Link>
        )
      }
    >
      <Loaded of={result} what="the result">{(value) => <Found result={value} />}</Loaded>
    </Page>
  );
}
