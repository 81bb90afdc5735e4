// All boards of the farm.
import { Link } from 'wouter-preact';
import { listBoards, listJobs } from '../api/api';
import { useResource } from '../api/resource';
import { Virtual } from '../parts/badge';
import { BoardState, jobOn } from '../parts/board_state';
import { Empty, Loaded } from '../parts/notice';
import { Page } from '../parts/page';
import { Columns, Table } from '../parts/table';
import { Ago } from '../parts/time';

const LIVE_MS = 2_000;

export function BoardsPage() {
  const boards = useResource('boards', listBoards, LIVE_MS);
  const working = useResource('working', (s) => listJobs({ unfinished: true, page_size: 200 }, s), LIVE_MS);
  return (
    <Page title="Boards" lead="State says what a board does, health whether it is trusted.">
      <Loaded of={boards} what="boards">
        {(list) =>
          list.length === 0 ? (
            <Empty title="No agent has reported a board yet" command="./dev up" />
          ) : (
            <Table
              caption="Boards of the farm"
              head={<Columns names={['Board', 'State and health', 'Why', 'Runs', 'Chip', 'Agent', 'Tags', 'Seen']} />}
            >
              {list.map((board) => {
                const job = jobOn(board, working.value?.jobs ?? []);
                return (
                  <tr key={board.id}>
                    <th scope="row">
                      <Link href={`/boards/${board.id}`}>{board.id}</Link> <Virtual when={board.virtual} />
                    </th>
                    <td>
                      <BoardState board={board} />
                    </td>
                    <td class="wrap">{board.reason}</td>
                    <td>{job && <Link href={`/jobs/${job.id}`}>{job.model_display_name}</Link>}</td>
                    <td>{board.chip}</td>
                    <td>{board.agent}</td>
                    <td>{board.tags?.join(', ')}</td>
                    <td>
                      <Ago time={board.last_seen_time} />
                    </td>
                  </tr>
                );
              })}
            </Table>
          )
        }
      </Loaded>
    </Page>
  );
}
