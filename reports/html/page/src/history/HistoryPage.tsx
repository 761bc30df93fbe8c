import { useEffect } from 'preact/hooks';
import type { HistoryData } from '../data';
import { many, when } from '../format';
import { Frame } from '../parts/Frame';
import { Text } from '../parts/Text';
import { useRoute } from '../route';
import { FirmwaresSection } from './FirmwaresSection';
import './history.css';
import { RunsSection } from './RunsSection';
import { TrendsSection } from './TrendsSection';
import { DeviationsSection, FirstBadSection, FlakesSection } from './TroubleSection';

const sections = [
  { id: 'runs', title: 'Runs' },
  { id: 'deviations', title: 'Deviations' },
  { id: 'first-bad', title: 'First bad' },
  { id: 'flakes', title: 'Flaky' },
  { id: 'trends', title: 'Measurements' },
  { id: 'firmwares', title: 'Firmware' },
];

/** What all runs together say. */
export function HistoryPage(props: { data: HistoryData }) {
  const { data } = props;
  const route = useRoute();
  useEffect(() => {
    const id = route.id === '' ? route.place : `${route.place}/${route.id}`;
    if (id !== '') document.getElementById(id)?.scrollIntoView();
  }, [route.place, route.id]);
  const there = data.deviations.filter((one) => one.gone_since === null).length;
  const last = data.runs.at(-1);
  return (
    <Frame title="attest" nav={sections}>
      <section class="head" aria-label="Summary">
        <h1><Text of={data.history} /></h1>
        <p class="decision">
          {many(data.runs.length, 'run')}{last && <>, the latest of {when(last.began)}</>}; {there === 0 ? 'no deviation is there now' : `${many(there, 'deviation')} there now`}.
        </p>
      </section>
      <RunsSection data={data} at={route.place === 'run' ? route.id : ''} />
      <DeviationsSection data={data} />
      <FirstBadSection data={data} />
      <FlakesSection data={data} />
      <TrendsSection data={data} />
      <FirmwaresSection data={data} />
      <p class="quiet">Made {data.made}.</p>
    </Frame>
  );
}
