// The chart library comes when somebody looks at a chart.
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Loading } from '../parts/notice';
import type { TrendChart } from './trend_chart';

type Props = Parameters<typeof TrendChart>[0];

export function LazyTrendChart(props: Props) {
  const [chart, setChart] = useState<{ Chart: ComponentType<Props> }>();
  useEffect(() => {
    void import('./trend_chart').then(({ TrendChart }) => setChart({ Chart: TrendChart }));
  }, []);
  return chart ? <chart.Chart {...props} /> : <Loading what="the chart" />;
}
