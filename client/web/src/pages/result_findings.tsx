// What the compiler and the explanation say about a result, each with what to do.
import { explainResult } from '../api/api';
import { useResource } from '../api/resource';
import type { Result } from '../api/types';
import { Estimated } from '../parts/badge';
import { Loaded } from '../parts/notice';
import { Section } from '../parts/page';
import { Prose } from '../parts/prose';
import { count, percent } from '../reading/format';
import { shortLayerName } from '../reading/layer_name';

export function Findings(props: { result: Result }) {
  const { result } = props;
  const explanation = useResource(`explanation ${result.id}`, (s) => explainResult(result.id!, s));
  const noted = (result.layers ?? []).filter((layer) => layer.findings?.length);
  return (
    <Section title="Findings and remedies">
      {noted.length > 0 && (
        <ul class="findings">
          {noted.map((layer) => (
            <li key={layer.index}>
              <strong>{shortLayerName(layer.name)}</strong>: {layer.findings!.join('; ')}
            </li>
          ))}
        </ul>
      )}
      <Loaded of={explanation} what="why it took its time">
        {({ bound_cycles, cycles, estimated, causes = [], notes = [] }) => (
          <>
            {bound_cycles !== undefined && cycles !== undefined && (
              <p>
                {count(cycles)} cycles <Estimated when={estimated} />; no fewer than {count(bound_cycles)} are possible here,{' '}
                {percent(bound_cycles / cycles, 0)} of them.
              </p>
            )}
            {causes.length === 0 && <p class="calm">Nothing slows it down that a setting or a change of the model would help.</p>}
            <ul class="findings">
              {causes.map((cause) => (
                <li key={cause.code}>
                  <p>
                    <code>{cause.code}</code>
                    {cause.share !== undefined && <span class="tag">touches {percent(cause.share)} of the time</span>}
                  </p>
                  <p><Prose text={cause.evidence} /></p>
                  {cause.fix && (
                    <p class="fix">
                      <strong>Remedy:</strong> <Prose text={cause.fix} />
                    </p>
                  )}
                </li>
              ))}
            </ul>
            {notes.map((note) => (
              <p class="calm" key={note}>{note}</p>
            ))}
          </>
        )}
      </Loaded>
    </Section>
  );
}
