import type { monitoring } from '@pulumi/gcp';
import type { Unwrap } from '@pulumi/pulumi';
import type { Cloud } from '../cloud/cloud';
import { table } from '../cloud/cloud';
import { onEachMinute } from '../cloud/minutes';
import { connectByName } from '../cloud/public-names';
import { createClient } from '../run/client';
import { googleResource, keep } from './declare';
import { googleError } from './google-error';
import { feedPoints } from './monitoring-series';

type Args = Unwrap<monitoring.UptimeCheckConfigArgs>;

export const uptimeCheck = googleResource<monitoring.UptimeCheckConfig, monitoring.UptimeCheckConfigArgs>({
  token: 'gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig',
  replaceOn: ['project', 'monitoredResource', 'resourceGroup'],
  defaults: { period: '300s' },
  seconds: { create: 3, delete: 3 },
  id: ({ place, inputs, seed }) =>
    `projects/${place.project}/uptimeCheckConfigs/${slug(inputs.displayName)}-${seed.alphanumeric(11)}`,
  outputs: ({ id, inputs, previous }) => ({
    name: id,
    uptimeCheckId: id.split('/').at(-1) ?? '',
    checkerType: inputs.checkerType ?? 'STATIC_IP_CHECKERS',
    ...keep(previous, 'name', 'uptimeCheckId'),
  }),
  inUse: ({ id }) =>
    googleError(
      400,
      `Cannot delete check ${id.split('/').at(-1)}. One or more alerting policies is using it. Be sure to delete all associated alerting policies.`,
    ),
  create: ({ cloud }) => onEachMinute(cloud, 'gcp 1: uptime checks', askAll),
});

function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40);
}

/** Where Google asks from when nothing is chosen. Source: https://docs.cloud.google.com/monitoring/uptime-checks/introduction */
export const checkerLocations: Readonly<Record<string, readonly string[]>> = {
  USA: ['usa-iowa', 'usa-oregon', 'usa-virginia'],
  EUROPE: ['eur-belgium'],
  SOUTH_AMERICA: ['sa-brazil-sao_paulo'],
  ASIA_PACIFIC: ['apac-singapore'],
};

export function locationsOf({ selectedRegions = Object.keys(checkerLocations) }: Args): readonly string[] {
  return selectedRegions.flatMap(
    (region) => checkerLocations[region] ?? checkerLocations[region.split('_')[0] ?? ''] ?? [],
  );
}

/** A result that somebody has written for a check, and until when: nobody asks meanwhile. By the check's id. */
const written = table<{ untilMs: number }>('gcp written uptime results');

/** Writes what all locations found, in place of asking in the minute that follows. */
export function writeUptimeResult(cloud: Cloud, checkId: string, isPassed: boolean): void {
  const check = cloud.list(uptimeCheck).find(({ outputs }) => outputs.uptimeCheckId === checkId);
  if (!check) return;
  cloud.table(written).set(checkId, { untilMs: cloud.clock.now() + 60_000 });
  note(cloud, check, isPassed);
}

type Check = ReturnType<Cloud['list']>[number] & { inputs: Args; outputs: { uptimeCheckId: string } };

function note(cloud: Cloud, check: Pick<Check, 'inputs' | 'outputs' | 'place'>, isPassed: boolean): void {
  const { type = 'uptime_url', labels = {} } = check.inputs.monitoredResource ?? {};
  for (const location of locationsOf(check.inputs)) {
    const series = {
      'metric.type': 'monitoring.googleapis.com/uptime_check/check_passed',
      'resource.type': type,
      ...labels,
      check_id: check.outputs.uptimeCheckId,
      checker_location: location,
    };
    feedPoints(cloud, check.place.project ?? '', series, [isPassed ? 1 : 0]);
  }
}

async function askAll(cloud: Cloud): Promise<void> {
  for (const check of cloud.list(uptimeCheck)) {
    const minutes = Number.parseInt(check.inputs.period ?? '300s', 10) / 60;
    const isDue = Math.floor(cloud.clock.now() / 60_000) % minutes === 0;
    const isWritten = (cloud.table(written).get(check.outputs.uptimeCheckId)?.untilMs ?? 0) >= cloud.clock.now();
    if (!isDue || isWritten || check.inputs.httpCheck === undefined) continue;
    // One request stands for those of all locations.
    note(cloud, check, await isAnswered(cloud, check.inputs));
  }
}

async function isAnswered(
  cloud: Cloud,
  { httpCheck = {}, monitoredResource, contentMatchers = [] }: Args,
): Promise<boolean> {
  const { useSsl = false, path = '/', requestMethod = 'GET', headers = {}, body } = httpCheck;
  const port = httpCheck.port ?? (useSsl ? 443 : 80);
  const host = monitoredResource?.labels.host ?? '';
  const client = createClient(cloud.runtime.frontCertificateAuthority, (name, at) => connectByName(cloud, name, at));
  try {
    const answer = await client.send(
      `${useSsl ? 'https' : 'http'}://${host}:${port}${path.startsWith('/') ? '' : '/'}${path}`,
      {
        method: requestMethod === 'METHOD_UNSPECIFIED' ? 'GET' : requestMethod,
        headers: { ...headers },
        ...(body !== undefined && { body: Buffer.from(body, 'base64').toString() }),
      },
    );
    return accepts(httpCheck, answer.status) && contentMatchers.every(({ content }) => answer.body.includes(content));
  } catch {
    // No answer is an answer: the check has failed.
    return false;
  } finally {
    client.close();
  }
}

/** 2xx, unless told otherwise. */
function accepts({ acceptedResponseStatusCodes: codes = [] }: NonNullable<Args['httpCheck']>, status: number): boolean {
  if (codes.length === 0) return status >= 200 && status <= 299;
  return codes.some(
    ({ statusClass, statusValue }) =>
      statusValue === status ||
      statusClass === 'STATUS_CLASS_ANY' ||
      statusClass === `STATUS_CLASS_${Math.floor(status / 100)}XX`,
  );
}
