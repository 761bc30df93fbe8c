import { useEffect, useMemo } from 'preact/hooks';
import type { Progress, RunData } from '../data';
import { Frame } from '../parts/Frame';
import { useRoute } from '../route';
import { CasesSection } from './CasesSection';
import { ComparisonSection } from './ComparisonSection';
import { DeviationsSection } from './DeviationsSection';
import { EnvironmentSection } from './EnvironmentSection';
import { Head } from './Head';
import { LatencySection } from './LatencySection';
import { MeasurementsSection } from './MeasurementsSection';
import { RequirementsSection } from './RequirementsSection';
import { ThroughputSection } from './ThroughputSection';

const titles: Record<string, string> = {
  comparison: 'Against the baseline',
  deviations: 'Deviations',
  cases: 'Cases',
  requirements: 'Requirements',
  latency: 'Latency',
  throughput: 'Throughput',
  measurements: 'Measurements',
  environment: 'Environment',
};

/** Which sections have something to say. */
function sectionsOf(data: RunData): string[] {
  const says: Record<string, boolean> = {
    comparison: data.comparison !== null,
    latency: data.latency.length > 0,
    throughput: data.throughput.length > 0,
    measurements: data.result.measurements.length > 0,
  };
  return Object.keys(titles).filter((one) => says[one] ?? true);
}

export interface Going {
  state: string; // of the connection
  progress: Progress | null;
}

export function RunPage(props: { data: RunData; going?: Going }) {
  const { data } = props;
  const route = useRoute();
  const sections = useMemo(() => sectionsOf(data), [data]);
  useEffect(() => {
    const place = { case: 'cases', deviation: 'deviations', requirement: 'requirements' }[route.place] ?? route.place;
    const exact = document.getElementById(`${route.place}/${route.id}`);
    (exact ?? (route.id === '' ? document.getElementById(place) : null))?.scrollIntoView();
  }, [route.place, route.id]);
  return (
    <Frame title="attest" nav={sections.map((id) => ({ id, title: titles[id]! }))}>
      <Head data={data} {...(props.going ? { going: props.going } : {})} />
      {data.comparison && <ComparisonSection comparison={data.comparison} />}
      <DeviationsSection data={data} />
      <CasesSection data={data} route={route} />
      <RequirementsSection data={data} route={route} />
      {data.latency.length > 0 && <LatencySection data={data} />}
      {data.throughput.length > 0 && <ThroughputSection rows={data.throughput} />}
      {data.result.measurements.length > 0 && <MeasurementsSection rows={data.result.measurements} />}
      <EnvironmentSection data={data} />
    </Frame>
  );
}
