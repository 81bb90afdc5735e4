// From now on cases are held against what a run measured; why is kept.
import { useState } from 'preact/hooks';
import { acceptBaseline } from '../api/api';
import { ApiError, asApiError } from '../api/error';
import type { SuiteRun } from '../api/types';
import { Select, Text } from '../parts/fields';
import { ErrorPanel } from '../parts/notice';
import { Section } from '../parts/page';

export function AcceptRun(props: { suite: string; run: SuiteRun; accepted: () => void }) {
  const { suite, run } = props;
  const [reason, setReason] = useState('');
  const [by, setBy] = useState('');
  const [key, setKey] = useState('');
  const [error, setError] = useState<ApiError>();
  const [done, setDone] = useState('');
  const accept = async () => {
    setError(undefined);
    try {
      await acceptBaseline(suite, run.id ?? '', key ? [key] : [], reason, by);
      setDone(key || 'all cases');
      props.accepted();
    } catch (caught) {
      setError(asApiError(caught));
    }
  };
  return (
    <Section title="Accept as the baseline" note="Later runs are held against this one">
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          void accept();
        }}
      >
        <Select label="Case" value={key} any="all that were measured" values={(run.cases ?? []).map((one) => one.key ?? '')} onChange={setKey} />
        <Text label="Why" value={reason} hint="the new layer is worth it" onChange={setReason} />
        <Text label="Who" value={by} onChange={setBy} />
        <button type="submit" disabled={!reason.trim()}>Accept</button>
      </form>
      <p role="status">{done && `Accepted for ${done}.`}</p>
      {error && <ErrorPanel error={error} title="It was not accepted" />}
    </Section>
  );
}
