import { span } from '../format';
import { Text } from '../parts/Text';
import { toCase } from '../route';
import type { Going } from '../run/RunPage';

const words: Record<string, string> = {
  connecting: 'connecting',
  open: 'live',
  lost: 'the connection is lost; trying again',
  over: 'the run is over; its folder has all of it',
};

export function LiveBar(props: { going: Going }) {
  const { state, progress } = props.going;
  return (
    <div class={`live ${state}`}>
      <p role="status"><strong>{words[state] ?? state}</strong></p>
      {progress && (
        <>
          <p>
            {progress.ended} of {Math.max(progress.planned, progress.ended)} cases after {span(progress.elapsed_ms * 1e6)}
            {!progress.over && progress.eta_ms !== null && <>, about {span(progress.eta_ms * 1e6)} left</>}
          </p>
          <progress max={Math.max(1, progress.planned)} value={progress.ended} aria-label="Cases that have ended" />
          {progress.running.length > 0 && (
            <ul class="plain-list">
              {progress.running.map((one) => (
                <li key={one.device}>{one.device || 'running'}: <a href={toCase(one.case)}><Text of={one.case} /></a> <span class="quiet">for {span(one.since_ms * 1e6)}</span></li>
              ))}
            </ul>
          )}
        </>
      )}
    </div>
  );
}
