// "3 min ago", with the moment itself for who points at it.
import { useEffect, useState } from 'preact/hooks';
import { ago, moment } from '../reading/format';

const TICK_MS = 5_000;

export function Ago(props: { time: string | undefined }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <time dateTime={props.time} title={moment(props.time)}>
      {ago(props.time, Math.max(now, Date.now()))}
    </time>
  );
}
