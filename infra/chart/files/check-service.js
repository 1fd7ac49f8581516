// What `helm test` runs, in the image itself: is it alive, of this release, and of this company?
const { SERVICE_URL, COMPANY_NAME, SERVICE_VERSION } = process.env;

async function ask(path, headers = {}) {
  const response = await fetch(SERVICE_URL + path, { headers, signal: AbortSignal.timeout(10_000) });
  return { status: response.status, version: response.headers.get('x-service-version'), text: await response.text() };
}

function expectEqual(what, actual, expected) {
  if (actual !== expected) throw new Error(`${what} is ${actual}, not ${expected}`);
  console.log(`${what}: ${actual}`);
}

async function check() {
  const health = await ask('/health');
  expectEqual('GET /health', `${health.status} ${health.text}`, '200 ok');
  expectEqual('X-Service-Version', health.version, SERVICE_VERSION);
  const home = await ask('/', { accept: 'application/json' });
  expectEqual('company of GET /', JSON.parse(home.text).company, COMPANY_NAME);
}

check().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
