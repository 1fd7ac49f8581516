import { connectByName } from '../cloud/public-names';
import { createFakeRuntime } from './testing/fake-runtime';
import { secureSetup } from './testing/load-balancer-setup';
import { applySetup, createAwsWorld, type Mutation, type Step, testMutations, text } from './testing/setup';

const options = () => ({ runtime: createFakeRuntime() });

const record = (name: string, inputs: object): Step => ({
  token: 'aws:route53/record:Record',
  name,
  inputs: (made) => ({ zoneId: text(made, 'zone', 'zoneId'), name, ...inputs }),
});

const address = { type: 'A', ttl: 60, records: ['192.0.2.1'] };

const mutations: Mutation[] = [
  { rule: 'aws.route53.zone-name', what: 'no domain name', resource: 'zone', inputs: { name: 'exa mple' } },
  {
    rule: 'aws.route53.record-shape',
    what: 'a record of nothing',
    resource: 'address',
    inputs: { aliases: undefined },
  },
  { rule: 'aws.route53.record-shape', what: 'no time to live', resource: 'proof', inputs: { ttl: undefined } },
  { rule: 'aws.route53.record-zone', what: 'a missing zone', resource: 'address', inputs: { zoneId: 'Z0' } },
  {
    rule: 'aws.route53.record-in-zone',
    what: 'a name that only ends like the zone',
    resource: 'notexample.org',
    add: record('notexample.org', address),
  },
  {
    rule: 'aws.route53.cname-alone',
    what: "a CNAME at the zone's own name",
    resource: 'example.org',
    add: record('example.org', { type: 'CNAME', ttl: 60, records: ['a.example.net'] }),
  },
  {
    rule: 'aws.route53.cname-alone',
    what: 'a CNAME beside an address',
    resource: 'beer.example.org',
    add: record('beer.example.org', { type: 'CNAME', ttl: 60, records: ['a.example.net'] }),
  },
  {
    rule: 'aws.route53.alias-zone',
    what: "an alias that names the record's own zone",
    resource: 'address',
    inputs: (made) => ({
      aliases: [
        { name: text(made, 'balancer', 'dnsName'), zoneId: text(made, 'zone', 'zoneId'), evaluateTargetHealth: true },
      ],
    }),
  },
  { rule: 'aws.acm.domain-name', what: 'no domain', resource: 'certificate', inputs: { domainName: undefined } },
  { rule: 'aws.acm.domain-name', what: 'a URL', resource: 'certificate', inputs: { domainName: 'https://beer' } },
  {
    rule: 'aws.acm.domain-name',
    what: 'a first name of 65 characters',
    resource: 'certificate',
    inputs: { domainName: `${'b'.repeat(53)}.example.org` },
  },
  {
    rule: 'aws.acm.names',
    what: 'eleven names',
    resource: 'certificate',
    inputs: { subjectAlternativeNames: Array.from({ length: 10 }, (_, index) => `beer-${index}.example.org`) },
  },
  {
    rule: 'aws.acm.validation-method',
    what: 'a validation by email',
    resource: 'certificate',
    inputs: { validationMethod: 'EMAIL' },
  },
];

describe('the rules of aws.route53 and aws.acm', () => {
  testMutations(secureSetup, mutations, options);
});

describe('a certificate', () => {
  test.each([
    ['with its record in another zone', { of: 'zone', inputs: { name: 'example.net' } }],
    ['with its record in a private zone', { of: 'zone', inputs: { vpcs: [{ vpcId: 'vpc-0' }] } }],
    ['with another value', { of: 'proof', inputs: { records: ['other.acm-validations.aws'] } }],
  ])('is never issued %s', async (_, mutation) => {
    await expect(applySetup(createAwsWorld(options()), secureSetup, mutation)).rejects.toThrow(
      /last state: 'PENDING_VALIDATION'|missing 1 DNS validation records/,
    );
  });

  test('is never issued without its record', async () => {
    const steps = secureSetup
      .filter(({ name }) => name !== 'proof')
      .map((step): Step => {
        if (step.name !== 'validation') return step;
        return { ...step, inputs: (made) => ({ certificateArn: text(made, 'certificate', 'arn') }) };
      });
    await expect(applySetup(createAwsWorld(options()), steps)).rejects.toThrow("last state: 'PENDING_VALIDATION'");
  });

  test('is kept by its listener', async () => {
    const world = createAwsWorld(options());
    await applySetup(world, secureSetup);
    await expect(world.destroy('certificate')).rejects.toThrow('ResourceInUseException');
  });

  test('asks for one record for a name and its wildcard', async () => {
    const world = createAwsWorld();
    const made = await world.apply('aws:acm/certificate:Certificate', 'certificate', {
      domainName: 'example.org',
      subjectAlternativeNames: ['*.example.org'],
      validationMethod: 'DNS',
    });
    const options = made.domainValidationOptions as { domainName: string; resourceRecordName: string }[];
    expect(options.map(({ domainName }) => domainName)).toEqual(['example.org', '*.example.org']);
    expect(new Set(options.map(({ resourceRecordName }) => resourceRecordName)).size).toBe(1);
  });
});

describe('a record', () => {
  test('is there once', async () => {
    const again = applySetup(createAwsWorld(options()), [...secureSetup, record('beer', { ...address })]);
    await expect(again).rejects.toThrow(
      "InvalidChangeBatch: [Tried to create resource record set [name='beer.example.org.', type='A'] but it already exists]",
    );
  });

  test('keeps its zone, and leads nowhere when it is gone', async () => {
    const world = createAwsWorld(options());
    await applySetup(world, secureSetup);
    await expect(world.destroy('zone')).rejects.toThrow('HostedZoneNotEmpty');
    expect(connectByName(world.cloud, 'Beer.example.org', 443)).toEqual({ kind: 'port', port: 1 });
    await world.destroy('address');
    expect(connectByName(world.cloud, 'beer.example.org', 443)).toMatchObject({ kind: 'unknown host' });
  });

  test('of a wildcard stands for all names below', async () => {
    const world = createAwsWorld(options());
    const made = await applySetup(world, secureSetup);
    const cname = { type: 'CNAME', ttl: 60, records: [text(made, 'balancer', 'dnsName')] };
    await world.apply('aws:route53/record:Record', 'all', { zoneId: text(made, 'zone'), name: '*', ...cname });
    expect(connectByName(world.cloud, 'a.b.example.org', 80)).toEqual({ kind: 'port', port: 1 });
  });
});
