import type { GetCallerIdentityResult, GetRegionResult } from '@pulumi/aws';
import type { Place } from '../cloud/cloud';
import { func } from '../declare';
import { accountId, globalArn } from './declare';

const user = 'rehearsal';

/** Whoever runs the program. */
export function callerArn(place: Place): string {
  return globalArn('iam', place, `user/${user}`);
}

const getCallerIdentity = func<object, GetCallerIdentityResult>({
  token: 'aws:index/getCallerIdentity:getCallerIdentity',
  call: ({ place, seed }) => ({
    accountId,
    arn: callerArn(place),
    id: accountId,
    userId: `AIDA${seed.hex(17).toUpperCase()}`,
  }),
});

const getRegion = func<{ region?: string }, GetRegionResult>({
  token: 'aws:index/getRegion:getRegion',
  call: ({ place }) => ({
    description: `AWS region ${place.region}`,
    endpoint: `ec2.${place.region}.amazonaws.com`,
    id: place.region ?? '',
    name: place.region ?? '',
    region: place.region ?? '',
  }),
});

export const caller = { resources: [], functions: [getCallerIdentity, getRegion], rules: [] };
