import type { GetAvailabilityZonesArgs, GetAvailabilityZonesResult } from '@pulumi/aws';
import { Refusal } from '../cloud/refusal';
import { func } from '../declare';

/**
 * The regions that need no opt-in, with the prefix of their zone ids and the letters of their zones as of November 2026.
 * Source: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html
 */
const regions: Readonly<Record<string, { prefix: string; zones: readonly number[] }>> = {
  'ap-northeast-1': { prefix: 'apne1', zones: [1, 2, 4] },
  'ap-northeast-2': { prefix: 'apne2', zones: [1, 2, 3, 4] },
  'ap-northeast-3': { prefix: 'apne3', zones: [1, 2, 3] },
  'ap-south-1': { prefix: 'aps1', zones: [1, 2, 3] },
  'ap-southeast-1': { prefix: 'apse1', zones: [1, 2, 3] },
  'ap-southeast-2': { prefix: 'apse2', zones: [1, 2, 3] },
  'ca-central-1': { prefix: 'cac1', zones: [1, 2, 4] },
  'eu-central-1': { prefix: 'euc1', zones: [1, 2, 3] },
  'eu-north-1': { prefix: 'eun1', zones: [1, 2, 3] },
  'eu-west-1': { prefix: 'euw1', zones: [1, 2, 3] },
  'eu-west-2': { prefix: 'euw2', zones: [1, 2, 3] },
  'eu-west-3': { prefix: 'euw3', zones: [1, 2, 3] },
  'sa-east-1': { prefix: 'sae1', zones: [1, 2, 3] },
  'us-east-1': { prefix: 'use1', zones: [1, 2, 3, 4, 5, 6] },
  'us-east-2': { prefix: 'use2', zones: [1, 2, 3] },
  'us-west-1': { prefix: 'usw1', zones: [1, 3] },
  'us-west-2': { prefix: 'usw2', zones: [1, 2, 3, 4] },
};

/** Regions that an account turns on before it uses them, which this one did. */
const optInRegions: Readonly<Record<string, string>> = {
  'af-south-1': 'afs1',
  'ap-east-1': 'ape1',
  'ap-east-2': 'ape2',
  'ap-south-2': 'aps2',
  'ap-southeast-3': 'apse3',
  'ap-southeast-4': 'apse4',
  'ap-southeast-5': 'apse5',
  'ap-southeast-6': 'apse6',
  'ap-southeast-7': 'apse7',
  'ca-west-1': 'caw1',
  'eu-central-2': 'euc2',
  'eu-south-1': 'eus1',
  'eu-south-2': 'eus2',
  'il-central-1': 'ilc1',
  'me-central-1': 'mec1',
  'me-south-1': 'mes1',
  'mx-central-1': 'mxc1',
};

export type Zone = { name: string; id: string };

/** The zones of a region; which letter has which id differs between accounts, and here is shifted by one. */
export function zonesOf(region: string): Zone[] {
  const optIn = optInRegions[region];
  const { prefix, zones } = regions[region] ?? { prefix: optIn ?? '', zones: optIn === undefined ? [] : [1, 2, 3] };
  return zones.map((number, index) => {
    const letter = 'abcdef'.charAt((index + zones.length - 1) % zones.length);
    return { name: `${region}${letter}`, id: `${prefix}-az${number}` };
  });
}

/** What the ids of a region's zones, and some host names in it, begin with: euc1 for eu-central-1. */
export function zonePrefixOf(region: string): string {
  return regions[region]?.prefix ?? optInRegions[region] ?? '';
}

/** The provider's words for a region that does not exist. */
export function refuseRegion(region: string): string | undefined {
  return region in regions || region in optInRegions ? undefined : `Invalid AWS Region: ${region}`;
}

const getAvailabilityZones = func<GetAvailabilityZonesArgs, GetAvailabilityZonesResult>({
  token: 'aws:index/getAvailabilityZones:getAvailabilityZones',
  call: ({ inputs, place }) => {
    const region = place.region ?? '';
    const { filters = [], excludeNames = [], excludeZoneIds = [], state = 'available' } = inputs;
    const values: Readonly<Record<string, (zone: Zone) => string>> = {
      'group-name': () => `${region}-zg-1`,
      'opt-in-status': () => (region in regions ? 'opt-in-not-required' : 'opted-in'),
      'region-name': () => region,
      state: () => 'available',
      'zone-id': (zone) => zone.id,
      'zone-name': (zone) => zone.name,
      'zone-type': () => 'availability-zone',
    };
    const chosen = zonesOf(region)
      .filter((zone) => !excludeNames.includes(zone.name) && !excludeZoneIds.includes(zone.id))
      .filter((zone) =>
        filters.every((filter) => {
          const value = values[filter.name];
          if (!value) throw new Refusal(`InvalidParameterValue: The filter '${filter.name}' is invalid`);
          return filter.values.includes(value(zone));
        }),
      )
      .sort((a, b) => a.name.localeCompare(b.name));
    if (state !== 'available' || chosen.length === 0) return { ...inputs, ...namesOf([]), id: region, region };
    return { ...inputs, ...namesOf(chosen), groupNames: [`${region}-zg-1`], id: region, region };
  },
});

function namesOf(zones: readonly Zone[]) {
  return { groupNames: [], names: zones.map((zone) => zone.name), zoneIds: zones.map((zone) => zone.id) };
}

export const zonesSimulation = { resources: [], functions: [getAvailabilityZones], rules: [] };
