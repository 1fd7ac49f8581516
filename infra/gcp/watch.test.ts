import { alarms } from '../alarms';
import { deployUnderMocks, providerConfig } from '../testing/deploy-under-mocks';
import { type MockedResource, Secret } from '../testing/mock-clouds';
import { getResource, plainTexts, waitsFor } from '../testing/resource-graph';

const billingAccount = '012345-567890-ABCDEF';
const webhook = 'https://example.com/hook?token=word';
const alerts = { enabled: true, email: 'alerts@example.com', webhook, monthlyBudget: 250, billingAccount };
const deploy = (config: Record<string, unknown> = {}) =>
  deployUnderMocks({
    config: { ...providerConfig, 'taproom:targets': ['cloud-run'], 'taproom:alerts': alerts, ...config },
  });
const ofType = (resources: readonly MockedResource[], type: string) =>
  resources.filter((resource) => resource.type.endsWith(`:${type}`));
const getPolicy = (resources: readonly MockedResource[], name: string) =>
  getResource(resources, 'gcp:monitoring/alertPolicy:AlertPolicy', name).inputs as {
    combiner: string;
    conditions: { conditionThreshold: Record<string, unknown> }[];
  };

describe('alarms on Google Cloud', () => {
  test('cover every kind', async () => {
    const { resources } = await deploy();
    const told = ofType(resources, 'AlertPolicy').map(({ inputs }) => JSON.stringify(inputs.documentation));
    const kinds = Object.keys(alarms).filter((kind) => kind !== 'cost');
    for (const kind of kinds) expect(told.filter((text) => text.includes(`docs/runbooks/${kind}.md`))).toHaveLength(1);
    expect(told).toHaveLength(kinds.length);
    expect(ofType(resources, 'Budget')).toHaveLength(1);
  });

  test('tell both receivers when they begin and end', async () => {
    const { resources } = await deploy();
    for (const { inputs } of ofType(resources, 'AlertPolicy')) {
      expect(inputs).toMatchObject({
        notificationChannels: ['alerts-email', 'alerts-webhook'].map(
          (name) => `projects/my-project-123/notificationChannels/${name}`,
        ),
        alertStrategy: { notificationPrompts: ['OPENED', 'CLOSED'] },
        userLabels: { project: 'taproom', stack: 'dev' },
      });
    }
  });

  test('ask from outside for /health, which Google does not keep for itself', async () => {
    const { resources } = await deploy();
    expect(getResource(resources, 'gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig').inputs).toMatchObject({
      monitoredResource: { type: 'uptime_url', labels: { host: 'taproom-dev-service-abc-uc.a.run.app' } },
      httpCheck: { path: '/health', port: 443, useSsl: true },
    });
  });

  test('compare the 5xx with all answers, and only when there are enough', async () => {
    const { resources } = await deploy();
    const { combiner, conditions } = getPolicy(resources, 'cloud-run-server-errors');
    const requests =
      'metric.type="run.googleapis.com/request_count" AND resource.type="cloud_run_revision" AND resource.labels.service_name="taproom-dev-service" AND resource.labels.location="us-central1"';
    expect(combiner).toBe('AND');
    expect(conditions.map(({ conditionThreshold }) => conditionThreshold)).toMatchObject([
      {
        filter: `${requests} AND metric.labels.response_code_class="5xx"`,
        denominatorFilter: requests,
        thresholdValue: 0.05,
      },
      { filter: requests, thresholdValue: 19 },
    ]);
  });

  test('burn the budget of an objective of 99.9 % over 30 days in two windows', async () => {
    const { resources } = await deploy();
    expect(getResource(resources, 'gcp:monitoring/slo:Slo').inputs).toMatchObject({
      goal: 0.999,
      rollingPeriodDays: 30,
    });
    const windows = (name: string) =>
      getPolicy(resources, name).conditions.map(({ conditionThreshold }) => [
        /"(\d+s)"\)$/.exec(String(conditionThreshold.filter))?.[1],
        conditionThreshold.thresholdValue,
      ]);
    expect(windows('cloud-run-slo-fast-burn').slice(0, 2)).toEqual([
      ['3600s', 14.4],
      ['300s', 14.4],
    ]);
    expect(windows('cloud-run-slo-slow-burn').slice(0, 2)).toEqual([
      ['21600s', 6],
      ['1800s', 6],
    ]);
  });

  test.each([
    ['small', 20],
    ['medium', 320],
    ['large', 400],
  ])('know the connections of a %s database', async (size, threshold) => {
    const { resources } = await deploy({ 'taproom:database': { size } });
    const [condition] = getPolicy(resources, 'database-connections').conditions;
    expect(condition?.conditionThreshold).toMatchObject({ thresholdValue: threshold });
    expect(condition?.conditionThreshold.filter).toContain(
      'resource.labels.database_id="my-project-123:taproom-dev-postgres-a1b2c3"',
    );
  });

  test('see a migration fail whose job nobody knows yet', async () => {
    const { resources } = await deploy();
    const [job] = ofType(resources, 'Job');
    expect(job?.name).toBe('taproom-dev-migration');
    expect(getPolicy(resources, 'failed-migration').conditions[0]?.conditionThreshold.filter).toContain(
      'resource.labels.job_name=starts_with("taproom-dev-migration-")',
    );
  });

  test('leave the cache out where there is none', async () => {
    const { resources } = await deploy({ 'taproom:cache': 'none' });
    expect(ofType(resources, 'AlertPolicy').filter(({ name }) => name.startsWith('cache-'))).toEqual([]);
  });

  test('do not complain of a service that never scales, and say so', async () => {
    const { resources, outputs } = await deploy({ 'taproom:service': { minInstances: 2, maxInstances: 2 } });
    expect(ofType(resources, 'AlertPolicy').map(({ name }) => name)).not.toContain('cloud-run-instances');
    expect(outputs.warnings).toEqual(expect.arrayContaining([expect.stringContaining('instances at their maximum')]));
  });

  test('say where there is no budget', async () => {
    const { resources, outputs } = await deploy({ 'taproom:alerts': { ...alerts, billingAccount: '' } });
    expect(ofType(resources, 'Budget')).toEqual([]);
    expect(ofType(resources, 'Service').map(({ inputs }) => inputs.service)).not.toContain(
      'billingbudgets.googleapis.com',
    );
    expect(outputs.warnings).toEqual([expect.stringMatching(/^gcp: no budget .*taproom:alerts\.billingAccount/)]);
  });

  test('tell the cost by e-mail, and say that the webhook hears nothing of it', async () => {
    const { resources, outputs } = await deploy();
    expect(getResource(resources, 'gcp:billing/budget:Budget').inputs).toMatchObject({
      billingAccount,
      amount: { specifiedAmount: { currencyCode: 'USD', units: '250' } },
      budgetFilter: { projects: ['projects/123456789012'] },
      allUpdatesRule: {
        monitoringNotificationChannels: ['projects/my-project-123/notificationChannels/alerts-email'],
        disableDefaultIamRecipients: true,
      },
    });
    expect(outputs.warnings).toEqual([
      expect.stringMatching(/^gcp: taproom:alerts\.webhook hears nothing of the cost/),
    ]);
  });

  test("leave the cost to the billing account's people where there is no e-mail", async () => {
    const { resources, outputs } = await deploy({ 'taproom:alerts': { ...alerts, email: '' } });
    expect(getResource(resources, 'gcp:billing/budget:Budget').inputs.allUpdatesRule).toEqual({
      monitoringNotificationChannels: [],
      disableDefaultIamRecipients: false,
    });
    expect(outputs.warnings).toEqual([expect.stringContaining("the billing account's administrators and users")]);
  });

  test('keep the webhook a secret', async () => {
    const { resources, outputs } = await deploy();
    const channel = getResource(resources, 'gcp:monitoring/notificationChannel:NotificationChannel', 'alerts-webhook');
    expect(channel.inputs.labels).toBeInstanceOf(Secret);
    const plain = resources.flatMap(({ inputs }) => plainTexts(inputs)).join('\n');
    expect(plain + JSON.stringify(outputs.warnings)).not.toContain('example.com/hook');
  });

  test('wait for the APIs', async () => {
    const { resources } = await deploy();
    const api = getResource(resources, 'gcp:projects/service:Service', 'monitoring-api');
    for (const type of ['AlertPolicy', 'NotificationChannel', 'UptimeCheckConfig', 'Slo', 'Dashboard']) {
      for (const resource of ofType(resources, type)) expect(waitsFor(resources, resource, api)).toBe(true);
    }
  });

  test('have names of their own, whatever the stack is called', async () => {
    const { resources } = await deployUnderMocks({
      stack: 'Feature/a-very-long-branch-name-that-goes-on-and-on-and-on-for-ever',
      config: { ...providerConfig, 'taproom:targets': ['cloud-run'], 'taproom:alerts': alerts },
    });
    const names = ofType(resources, 'AlertPolicy').map(({ inputs }) => String(inputs.displayName));
    expect(new Set(names).size).toBe(names.length);
    const [service] = ofType(resources, 'GenericService');
    expect(service?.inputs.serviceId).toMatch(/^[a-z0-9-]{1,63}$/);
    expect(ofType(resources, 'Job')[0]?.name.length).toBeLessThanOrEqual(55);
    expect(String(ofType(resources, 'Budget')[0]?.inputs.displayName).length).toBeLessThanOrEqual(60);
  });

  test('are seen on a page', async () => {
    const { outputs } = await deploy();
    expect(outputs.dashboards).toEqual({
      gcp: 'https://console.cloud.google.com/monitoring/dashboards/builder/dashboard-id?project=my-project-123',
    });
  });

  test('make nothing at all unless they are asked for', async () => {
    const { resources } = await deploy({ 'taproom:alerts': { enabled: false } });
    expect(resources.filter(({ type }) => /^gcp:(monitoring|billing)\//.test(type))).toEqual([]);
    expect(resources.map(({ name }) => name)).not.toContain('monitoring-api');
  });
});
