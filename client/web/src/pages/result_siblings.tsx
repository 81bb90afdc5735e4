// Other results of the same model file, to compare with.
import { Link } from 'wouter-preact';
import { listResults } from '../api/api';
import { useResource } from '../api/resource';
import type { Result } from '../api/types';
import { Loaded } from '../parts/notice';
import { Section } from '../parts/page';
import { ResultTable } from '../parts/result_table';

const NEWEST = 8;

export function LikeThis(props: { result: Result }) {
  const { result } = props;
  const model = result.provenance?.model_sha256;
  const others = useResource(
    `like ${result.id}`,
    model ? (s) => listResults({ model: `models/${model}`, page_size: NEWEST, view: 'BASIC' }, s) : null,
  );
  return (
    <Section title="The same model elsewhere and before">
      <Loaded of={others} what="other results">
        {(page) => {
          const list = (page.results ?? []).filter((other) => other.id !== result.id);
          if (list.length === 0) return <p class="calm">This is the only result of this file.</p>;
          return (
            <ResultTable
              caption="Other results of this model"
              results={list}
              pick={(other) => <Link href={`/compare?a=${other.id}&b=${result.id}`} aria-label={`Compare with result ${other.id}`}>compare</Link>}
            />
          );
        }}
      </Loaded>
    </Section>
  );
}
