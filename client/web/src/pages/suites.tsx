// What is measured again and again.
import { Link } from 'wouter-preact';
import { listSuites } from '../api/api';
import { useResource } from '../api/resource';
import { Badge } from '../parts/badge';
import { Empty, Loaded } from '../parts/notice';
import { Page } from '../parts/page';
import { Columns, Table } from '../parts/table';
import { Ago } from '../parts/time';
import { moment } from '../reading/format';

const LIVE_MS = 5_000;

export function SuitesPage() {
  const suites = useResource('suites', listSuites, LIVE_MS);
  return (
    <Page title="Suites" lead="Models × boards × variants, held against what they measured before.">
      <Loaded of={suites} what="suites">
        {(list) =>
          list.length === 0 ? (
            <Empty title="There is no suite yet" command="edgerack suites apply suites/nightly.toml">
              <p>A suite is a file: docs/suites.md has its keys, suites/nightly.toml is one.</p>
            </Empty>
          ) : (
            <Table caption="Suites" head={<Columns names={['Suite', 'Last run', 'What it came to', 'When', 'Next']} />}>
              {list.map((suite) => (
                <tr key={suite.id}>
                  <th scope="row">
                    <Link href={`/suites/${suite.id}`}>{suite.display_name || suite.id}</Link>
                  </th>
                  <td>{suite.last_run ? <Badge state={suite.last_run.state} /> : 'never'}</td>
                  <td class="wrap">{suite.last_run?.summary}</td>
                  <td>{suite.last_run && <Ago time={suite.last_run.create_time} />}</td>
                  <td>{suite.schedule?.paused ? 'paused' : suite.next_run_time ? moment(suite.next_run_time) : 'when asked'}</td>
                </tr>
              ))}
            </Table>
          )
        }
      </Loaded>
    </Page>
  );
}
