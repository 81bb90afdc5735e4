// All that must agree before two results may be compared.
import type { Result } from '../api/types';
import { Facts } from '../parts/facts';
import { conditionsOf } from '../reading/conditions';
import { count } from '../reading/format';

const hash = (text: string | undefined) => text && <code class="hash">{text}</code>;

export function ProvenanceFacts(props: { result: Result }) {
  const { result } = props;
  const p = result.provenance ?? {};
  const runs = p.timed_runs === undefined ? undefined : `${p.timed_runs} timed after ${p.warmup_runs ?? 0} of warm-up`;
  return (
    <Facts
      class="wide"
      facts={[
        ['Result', hash(result.id)],
        ...conditionsOf(result),
        ['runs', runs],
        ['model', hash(p.model_sha256)],
        ['package', hash(p.package_sha256)],
        ['dataset', hash(p.dataset_sha256)],
        ['firmware', p.firmware_build_id && <>{p.firmware_image} {hash(p.firmware_build_id)}</>],
        ['board’s unique id', hash(p.board_uid)],
        ['versions', `compiler ${p.compiler_version ?? '?'}, server ${p.server_version ?? '?'}, agent ${p.agent_version ?? '?'}`],
        ['timer overhead', p.timer_overhead_cycles !== undefined && `${count(p.timer_overhead_cycles)} cycles, subtracted`],
        ['link', p.link_requests !== undefined && `${count(p.link_requests)} requests, ${count(p.link_repeated_requests)} sent again`],
      ]}
    />
  );
}
