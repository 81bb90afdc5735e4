// One board: how it is and why, what it is, what it measured.
import { Link } from 'wouter-preact';
import { getBoard, listJobs, listResults } from '../api/api';
import { useResource } from '../api/resource';
import type { Board } from '../api/types';
import { Badge, Virtual } from '../parts/badge';
import { BoardState, jobOn } from '../parts/board_state';
import { Command } from '../parts/command';
import { Facts } from '../parts/facts';
import { Empty, Loaded } from '../parts/notice';
import { Page, Section } from '../parts/page';
import { ResultTable } from '../parts/result_table';
import { Columns, Table } from '../parts/table';
import { Ago } from '../parts/time';
import { bytes, mhz, shortHash } from '../reading/format';

const LIVE_MS = 2_000;
const NEWEST = 20;

function Memories(props: { board: Board }) {
  const facts = props.board.chip_facts;
  if (!facts?.memories?.length) return null;
  return (
    <Section title="Memories of the chip" note={facts.arena_region ? `The arena usually lies in ${facts.arena_region}.` : undefined}>
      <Table caption="Memories of the chip" head={<Columns names={['Memory', 'Kind', ['Size', 'number'], 'Also seen as']} />}>
        {facts.memories.map((memory) => (
          <tr key={memory.name}>
            <th scope="row">{memory.name}</th>
            <td>{memory.kind}</td>
            <td class="number">{bytes(memory.size_bytes)}</td>
            <td>{memory.alias_name}</td>
          </tr>
        ))}
      </Table>
    </Section>
  );
}

export function BoardPage(props: { params: Record<string, string> }) {
  const id = props.params['id'] ?? '';
  const board = useResource(`board ${id}`, (s) => getBoard(id, s), LIVE_MS);
  const working = useResource('working', (s) => listJobs({ unfinished: true, page_size: 200 }, s), LIVE_MS);
  const results = useResource(
    `results of ${id}`,
    (s) => listResults({ board: `boards/${id}`, page_size: NEWEST, view: 'BASIC' }, s),
    LIVE_MS,
  );
  return (
    <Page
      title={id}
      under={['/boards', 'Boards']}
      aside={<Link class="button" href={`/submit?board=${encodeURIComponent(id)}`}>Run a model here</Link>}
    >
      <Loaded of={board} what="the board">
        {(one) => {
          const job = jobOn(one, working.value?.jobs ?? []);
          return (
            <>
              <Section title="How it is">
                <p class="big-state" aria-live="polite">
                  <BoardState board={one} />
                  {one.reason && <span class="reason">{one.reason}</span>}
                </p>
                <Facts
                  facts={[
                    ['Runs now', job && <Link href={`/jobs/${job.id}`}>{job.model_display_name}</Link>],
                    ['Health', <Badge state={one.health} />],
                    ['Kind', <>{one.kind} <Virtual when={one.virtual} /></>],
                    ['Chip', `${one.chip} (${one.family})`],
                    ['Highest clock', one.chip_facts?.max_clock_hz && mhz(one.chip_facts.max_clock_hz)],
                    ['Unique id', one.uid && <code>{one.uid}</code>],
                    ['Firmware', one.firmware_build_id && <code>{shortHash(one.firmware_build_id)}</code>],
                    ['Agent', one.agent],
                    ['Tags', one.tags?.join(', ')],
                    ['Last seen', <Ago time={one.last_seen_time} />],
                  ]}
                />
                <Command text={`edgerack boards show ${id}`} />
              </Section>
              <Section title="History" note={<Link href={`/results?board=${encodeURIComponent(id)}`}>All its results</Link>}>
                <Loaded of={results} what="its results">
                  {(page) =>
                    page.results?.length ? (
                      <ResultTable caption={`The newest results of ${id}`} results={page.results} />
                    ) : (
                      <Empty title="It has measured nothing yet" command={`edgerack run MODEL --board ${id}`} />
                    )
                  }
                </Loaded>
              </Section>
              <Memories board={one} />
            </>
          );
        }}
      </Loaded>
    </Page>
  );
}
