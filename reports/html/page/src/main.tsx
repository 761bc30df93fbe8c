import { render } from 'preact';
import type { PageData } from './data';
import { makeTextsInert } from './inert';
import { HistoryPage } from './history/HistoryPage';
import { LivePage } from './live/LivePage';
import { RunPage } from './run/RunPage';
import './style.css';

function page(data: PageData) {
  if (data.form === 'history') return <HistoryPage data={data} />;
  if (data.form === 'live') return <LivePage first={data} />;
  return <RunPage data={data} />;
}

makeTextsInert();
const app = document.getElementById('app');
const data = document.getElementById('data');
if (app && data) {
  const parsed = JSON.parse(data.textContent ?? '') as PageData;
  app.replaceChildren();
  render(page(parsed), app);
}
