// The farm at a glance: what stands, what runs, what came out, what needs somebody.
import { Link } from 'wouter-preact';
import { listBoards, listJobs, listResults } from '../api/api';
import { useResource } from '../api/resource';
import type { Board, Job } from '../api/types';
import { BoardTile } from '../parts/board_state';
import { JobTable } from '../parts/job_table';
import { Empty, Loaded } from '../parts/notice';
import { Page, Section } from '../parts/page';
import { ResultTable } from '../parts/result_table';

const LIVE_MS = 2_000;
const NEWEST = 10;

function needsSomebody(board: Board): boolean {
  return board.health === 'QUARANTINED' || board.health === 'SUSPECT' || board.state === 'OFFLINE';
}

function Attention(props: { boards: Board[]; jobs: Job[] }) {
  const boards = props.boards.filter(needsSomebody);
  const failed = props.jobs.filter((job) => job.state === 'FAILED').slice(0, 3);
  if (boards.length + failed.length === 0) return null;
  return (
    <Section title="Needs somebody" class="attention">
      <ul class="plain">
        {boards.map((board) => (
          <li key={board.id}>
            <Link href={`/boards/${board.id}`}>{board.id}</Link> is{' '}
            {(board.health === 'HEALTHY' ? board.state : board.health)?.toLowerCase()}
            {board.reason ? `: ${board.reason}` : ''}
          </li>
        ))}
        {failed.map((job) => (
          <li key={job.id}>
            Job <Link href={`/jobs/${job.id}`}>{job.model_display_name}</Link> failed: <code>{job.error?.code}</code>{' '}
            {job.error?.message}
          </li>
        ))}
      </ul>
    </Section>
  );
}

export function OverviewPage() {
  const boards = useResource('boards', listBoards, LIVE_MS);
  const working = useResource('working', (s) => listJobs({ unfinished: true, page_size: 50 }, s), LIVE_MS);
  const recent = useResource('recent', (s) => listJobs({ page_size: NEWEST }, s), LIVE_MS);
  const results = useResource('results', (s) => listResults({ page_size: NEWEST, view: 'BASIC' }, s), LIVE_MS);
  const busy = working.value?.jobs ?? [];
  return (
    <Page title="Overview" aside={<Link class="button" href="/submit">Submit a model</Link>}>
      <Attention boards={boards.value ?? []} jobs={recent.value?.jobs ?? []} />
      <Section title="Boards" note={<Link href="/boards">All about them</Link>}>
        <Loaded of={boards} what="boards">
          {(list) =>
            list.length === 0 ? (
              <Empty title="No agent has reported a board yet" command="./dev up">
                <p>Start an agent where the boards are (docs/boards.md), or a farm of virtual boards:</p>
              </Empty>
            ) : (
              <ul class="tiles">
                {list.map((board) => (
                  <BoardTile key={board.id} board={board} jobs={busy} />
                ))}
              </ul>
            )
          }
        </Loaded>
      </Section>
      <Section title="Running and waiting" note={<Link href="/jobs">All jobs</Link>}>
        <Loaded of={working} what="jobs">
          {(page) =>
            page.jobs?.length ? (
              <JobTable caption="Jobs that have not ended" jobs={page.jobs} />
            ) : (
              <p class="calm">Nothing runs. <Link href="/submit">Submit a model</Link> or <Link href="/try">draw a digit</Link>.</p>
            )
          }
        </Loaded>
      </Section>
      <Section title="Newest results" note={<Link href="/results">All results</Link>}>
        <Loaded of={results} what="results">
          {(page) =>
            page.results?.length ? (
              <ResultTable caption="The newest results" results={page.results} />
            ) : (
              <Empty title="No model has run yet" command="edgerack run MODEL --board virtual-f746" />
            )
          }
        </Loaded>
      </Section>
    </Page>
  );
}
