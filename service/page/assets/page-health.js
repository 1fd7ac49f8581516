import { readHealth } from './page-service.js';

const pauseMs = 15_000;
const pauseWhileUnwellMs = 5_000;

const section = document.querySelector('#health');
const place = (name) => section.querySelector(`#health-${name}`);

const databaseWords = { ok: 'ready', unavailable: 'unavailable', 'migration pending': 'waiting for its migration' };
const cacheWords = { ok: 'ready', unavailable: 'unavailable, bypassed', 'in-process': 'in this process' };

/** Shows what is healthy, and asks again from time to time while somebody looks. Calls `onReady` each time all is well. */
export function startHealth(onReady) {
  let timer;

  const check = async () => {
    clearTimeout(timer);
    const health = await readHealth().catch(() => undefined);
    show(health);
    const isReady = health?.isReady === true;
    if (isReady) onReady();
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(check, isReady ? pauseMs : pauseWhileUnwellMs);
  };

  document.addEventListener('visibilitychange', () => {
    if (document.hidden) clearTimeout(timer);
    else check();
  });
  window.addEventListener('online', check);
  check();
}

function show(health) {
  const { checks, version } = health ?? {};
  section.dataset.state = stateOf(health);
  set('summary', summaryOf(health));
  set('database', databaseWords[checks?.database] ?? 'not known');
  set('cache', cacheWords[checks?.cache] ?? 'not known');
  if (version) set('version', version);
}

function stateOf(health) {
  if (!health?.isReady) return 'down';
  return health.checks.cache === 'unavailable' ? 'slow' : 'well';
}

function summaryOf(health) {
  if (health === undefined) return 'The service cannot be reached.';
  const { isReady, checks } = health;
  if (isReady && checks.cache === 'unavailable') return 'Everything works, more slowly: the cache is unavailable.';
  if (isReady) return 'Everything is running.';
  if (checks.database === 'unavailable') return 'The database is unavailable: nothing can be read or added just now.';
  if (checks.database === 'migration pending') return 'The database waits for its migration.';
  return 'The service is starting or stopping.';
}

/** Written only when it changes, so that a screen reader does not hear it every time. */
function set(name, text) {
  const element = place(name);
  if (element.textContent !== text) element.textContent = text;
}
