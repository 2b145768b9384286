// Says how long to wait after a failure, and what time it is in the town hall; pure.

const STEPS = [2, 5, 15, 60, 300];
const LONGEST = 300;
const HOUR = 3_600_000;

// Retry-After is the server's own wish: it wins over the steps, but a mad value must not silence the phone for ever.
export function holdOff(previous, now, random, asked) {
  const step = previous ? Math.min(previous.step + 1, 4) : 0;
  const seconds = asked ? Math.min(asked, LONGEST) * (1 + random / 5) : STEPS[step] * (0.8 + random / 2.5);
  return { step, until: now + seconds * 1000, asked };
}

// A trigger (a tap, the network's return) ends our own waiting; only an explicit "send now" ends the server's.
// A wait longer than any we set means that the phone's clock was moved back.
export const mustWait = (pause, now, { trigger, force } = {}) =>
  !!pause && !force && now < pause.until && pause.until - now < LONGEST * 1200 && (!!pause.asked || !trigger);

// The sample with the smallest round trip is the least wrong, until it is an hour old or the phone's clock has jumped.
export function setClock(known, sent, received, server) {
  const sample = { offset: server - (sent + received) / 2, rtt: received - sent, at: received };
  const better = !known || sample.rtt <= known.rtt || Math.abs(received - known.at) > HOUR;
  return server > 0 && better ? sample : known;
}
