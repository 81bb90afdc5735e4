// All jobs, newest first.
import { Link, useLocation, useSearch } from 'wouter-preact';
import { listJobs } from '../api/api';
import { useResource } from '../api/resource';
import { JobTable } from '../parts/job_table';
import { Empty, Loaded } from '../parts/notice';
import { Page } from '../parts/page';
import { Pager, pagesIn } from '../parts/pager';

const LIVE_MS = 2_000;

export function JobsPage() {
  const parameters = new URLSearchParams(useSearch());
  const [, navigate] = useLocation();
  const unfinished = parameters.get('unfinished') === 'true';
  const { token } = pagesIn(parameters);
  const jobs = useResource(
    `jobs ${unfinished} ${token}`,
    (s) => listJobs({ unfinished: unfinished || undefined, page_token: token, page_size: 50 }, s),
    LIVE_MS,
  );
  return (
    <Page title="Jobs" aside={<Link class="button" href="/submit">Submit a model</Link>}>
      <form class="filters">
        <label class="check">
          <input
            type="checkbox"
            checked={unfinished}
            onChange={(event) => navigate(event.currentTarget.checked ? '/jobs?unfinished=true' : '/jobs')}
          />
          Only those that have not ended
        </label>
      </form>
      <Loaded of={jobs} what="jobs">
        {(page) =>
          page.jobs?.length ? (
            <>
              <JobTable caption="Jobs, newest first" jobs={page.jobs} />
              <Pager path="/jobs" parameters={parameters} next={page.next_page_token} what="jobs" />
            </>
          ) : unfinished ? (
            <p class="calm">Nothing runs and nothing waits.</p>
          ) : (
            <Empty title="There is no job yet" command="edgerack run MODEL --board virtual-f746" />
          )
        }
      </Loaded>
    </Page>
  );
}
