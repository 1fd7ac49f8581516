import { createCloud } from '../cloud/cloud';
import { createSeed } from '../cloud/seed';
import { aws } from './aws';
import { placeOf } from './declare';
import { createFakeRuntime } from './testing/fake-runtime';

const notes: string[] = [];
const config = { region: 'eu-central-1' };
const cloud = createCloud({ ...createFakeRuntime(), note: (text) => void notes.push(text) });

function call(token: string, inputs: Record<string, string>) {
  const found = aws.functions.find((candidate) => candidate.token === token);
  if (!found) throw new Error(`not simulated: ${token}`);
  return found.call({ inputs, cloud, config, place: placeOf(config, inputs), seed: createSeed(token) });
}

describe('getZone', () => {
  const getZone = (inputs: Record<string, string>) => call('aws:route53/getZone:getZone', inputs);

  test('gives any public zone by its name, the same each time, and says so in the report', () => {
    const zone = getZone({ name: 'Example.ORG.' });
    expect(zone).toMatchObject({
      name: 'example.org',
      privateZone: false,
      zoneId: expect.stringMatching(/^Z[0-9A-F]+$/),
    });
    expect(getZone({ name: 'example.org' }).zoneId).toBe(zone.zoneId);
    expect(getZone({ zoneId: String(zone.zoneId) })).toMatchObject({ name: 'example.org' });
    expect(zone.nameServers).toHaveLength(4);
    expect(notes[0]).toContain('own the hosted zone example.org');
  });

  test.each([
    [{ name: 'brewery.invalid' }, 'no matching Route 53 Hosted Zone found'],
    [{ name: 'org' }, 'no matching Route 53 Hosted Zone found'],
    [{ zoneId: 'Z0' }, 'NoSuchHostedZone'],
    [{}, 'either name or zoneId'],
  ])('finds none by %j', (inputs, message) => {
    expect(() => getZone(inputs as Record<string, string>)).toThrow(message);
  });
});

describe('the functions about endpoints', () => {
  const s3 = 'com.amazonaws.eu-central-1.s3';

  test('give the prefix list of a gateway service, by either function', () => {
    const list = call('aws:ec2/getPrefixList:getPrefixList', { name: s3 });
    expect(list).toMatchObject({ name: s3, id: expect.stringMatching(/^pl-[0-9a-f]{8}$/) });
    const managed = call('aws:ec2/getManagedPrefixList:getManagedPrefixList', { name: s3 });
    expect(managed).toMatchObject({ id: list.id, ownerId: 'AWS' });
  });

  test('give no prefix list of a service without one', () => {
    const name = 'com.amazonaws.eu-central-1.logs';
    expect(() => call('aws:ec2/getPrefixList:getPrefixList', { name })).toThrow('no matching EC2 Prefix List found');
  });

  test('give a service by its short name, and ask which type is meant', () => {
    const token = 'aws:ec2/getVpcEndpointService:getVpcEndpointService';
    expect(call(token, { service: 'ecr.dkr' })).toMatchObject({
      serviceName: 'com.amazonaws.eu-central-1.ecr.dkr',
      serviceType: 'Interface',
      privateDnsName: '*.dkr.ecr.eu-central-1.amazonaws.com',
    });
    expect(() => call(token, { service: 's3' })).toThrow('multiple EC2 VPC Endpoint Services matched');
    expect(call(token, { service: 's3', serviceType: 'Gateway' })).toMatchObject({ serviceType: 'Gateway' });
    expect(() => call(token, { service: 'beer' })).toThrow('no matching EC2 VPC Endpoint Service found');
  });
});
