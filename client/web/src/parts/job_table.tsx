// Jobs in a list, each with what its runs do now.
import { Link } from 'wouter-preact';
import type { Job, Run } from '../api/types';
import { seconds } from '../reading/format';
import { Badge } from './badge';
import { Columns, Table } from './table';
import { Ago } from './time';

function doing(run: Run): string {
  if (run.state === 'WAITING') return 'waits for a board';
  if (run.state !== 'ASSIGNED') return '';
  const progress = run.progress === undefined ? '' : ` ${Math.round(run.progress * 100)} %`;
  return `${run.stage ?? ''}${progress} on ${run.board}`;
}

function now(job: Job): string {
  if (job.error?.code) return job.error.code;
  if (job.state === 'COMPILING') return 'compile';
  const active = (job.runs ?? []).map(doing).filter(Boolean);
  return active.length > 1 ? `${active[0]} and ${active.length - 1} more` : (active[0] ?? '');
}

function took(job: Job): string {
  if (!job.end_time || !job.create_time) return '';
  return seconds(Date.parse(job.end_time) - Date.parse(job.create_time));
}

export function JobTable(props: { caption: string; jobs: Job[] }) {
  return (
    <Table
      caption={props.caption}
      head={<Columns names={['Job', 'State', 'Boards', 'Now', ['Took', 'number'], 'Created']} />}
    >
      {props.jobs.map((job) => (
        <tr key={job.id}>
          <th scope="row">
            <Link href={`/jobs/${job.id}`} title={`Job ${job.id}`}>
              {job.model_display_name || job.id}
            </Link>
          </th>
          <td>
            <Badge state={job.state} />
          </td>
          <td>
            <code>{job.spec?.board_selector}</code>
            {job.spec?.all_boards ? ' (all)' : ''}
          </td>
          <td>{now(job)}</td>
          <td class="number">{took(job)}</td>
          <td>
            <Ago time={job.create_time} />
          </td>
        </tr>
      ))}
    </Table>
  );
}
