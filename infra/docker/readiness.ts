import { container } from '../target';

const address = `http://127.0.0.1:${container.port}`;
const startupSeconds = 120;

/** Asks the path that is its argument, in an image that holds no other HTTP client. 200 to 299 is well. */
const ask = `fetch('${address}' + process.argv[1]).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))`;

/** Well once the database has answered, and then whatever the stores do. Docker restarts nothing because of it. */
export const startupCheck = ['CMD', 'node', '-e', ask, container.startupPath];

/** Well once something listens there. */
export const portCheck = [
  'CMD',
  'node',
  '-e',
  `require('node:net').connect(${container.port}, '127.0.0.1', () => process.exit(0)).on('error', () => process.exit(1))`,
];

/** For `node -e`: starts the service as it will run, and ends well when it is ready for traffic; else with what it wrote. */
export const tryStart = `
require('./server.js');
const end = Date.now() + ${startupSeconds * 1_000};
const startUp = async () => {
  const answer = await fetch('${address}${container.startupPath}', { signal: AbortSignal.timeout(2_000) }).catch(() => ({}));
  if (answer.ok) process.exit(0);
  if (Date.now() > end) {
    console.error('${container.startupPath} is not ready after ${startupSeconds} seconds: ' + (answer.status ?? 'no answer'));
    process.exit(1);
  }
  setTimeout(startUp, 250);
};
startUp();
`.trim();
