import { container } from '../target';

const address = `http://127.0.0.1:${container.port}`;
const startupSeconds = 120;

/** Asks the path that is its argument, in an image that holds no other HTTP client. 200 to 299 is well. */
const ask = `fetch('${address}' + process.argv[1]).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))`;

/** Well once the database has answered, and then whatever the stores do. Docker restarts nothing because of it. */
export const startupCheck = ['CMD', 'node', '-e', ask, container.startupPath];

/** Starts the service as it will run, and ends well when it is ready for traffic; else with what the service wrote. */
export const tryStart = `
const { spawn } = require('node:child_process');
const server = spawn(process.execPath, ['server.js', 'server'], { stdio: 'inherit' });
server.once('error', (error) => { console.error(error.message); process.exit(1); });
server.once('exit', (code) => process.exit(code || 1));
const end = Date.now() + ${startupSeconds * 1_000};
(async () => {
  for (;;) {
    const answer = await fetch('${address}${container.startupPath}', { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    if (answer && answer.ok) break;
    if (Date.now() > end) {
      console.error('${container.startupPath} is not ready after ${startupSeconds} seconds: ' + (answer ? answer.status : 'no answer'));
      process.exit(1);
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  process.exit(0);
})();
`.trim();
