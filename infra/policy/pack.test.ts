import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { credentials, type ServiceError } from '@grpc/grpc-js';
import * as analyzer from '@pulumi/pulumi/proto/analyzer_grpc_pb';
import * as messages from '@pulumi/pulumi/proto/analyzer_pb';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import { type JavaScriptValue, Struct } from 'google-protobuf/google/protobuf/struct_pb';
import { rules } from './rules';

type Answer<T> = (error: ServiceError | null, response: T) => void;
type Analyzer = {
  getAnalyzerInfo(request: Empty, answer: Answer<messages.AnalyzerInfo>): void;
  analyze(request: messages.AnalyzeRequest, answer: Answer<messages.AnalyzeResponse>): void;
  analyzeStack(request: messages.AnalyzeStackRequest, answer: Answer<messages.AnalyzeResponse>): void;
  close(): void;
};

const unknown = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';

// The pack as the engine starts it: by Pulumi's own runner, in the pack's folder.
let pack: ChildProcess;
let client: Analyzer;

beforeAll(async () => {
  const runner = require.resolve('@pulumi/pulumi/cmd/run-policy-pack');
  pack = spawn(process.execPath, [runner, '127.0.0.1:1', '.'], {
    cwd: __dirname,
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (pack.stdout === null) throw new Error('the pack must have an output');
  const [port] = await once(createInterface(pack.stdout), 'line');
  const Client = analyzer.AnalyzerClient as unknown as new (address: string, secure: unknown) => Analyzer;
  client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
});

afterAll(async () => {
  client?.close();
  pack.kill();
  if (pack.exitCode === null) await once(pack, 'exit');
});

function ask<T>(call: (answer: Answer<T>) => void): Promise<T> {
  return new Promise((resolve, reject) =>
    call((error, response) => (error === null ? resolve(response) : reject(error))),
  );
}

const struct = (inputs: object) => Struct.fromJavaScript(inputs as Record<string, JavaScriptValue>);

function providerOf(inputs: object | undefined): messages.AnalyzerProviderResource | undefined {
  if (inputs === undefined) return undefined;
  const provider = new messages.AnalyzerProviderResource();
  provider.setType('pulumi:providers:aws');
  provider.setProperties(struct(inputs));
  return provider;
}

async function analyze(type: string, inputs: object, provider?: object): Promise<string[]> {
  const request = new messages.AnalyzeRequest();
  request.setType(type);
  request.setUrn(`urn:pulumi:s::p::${type}::it`);
  request.setName('it');
  request.setOptions(new messages.AnalyzerResourceOptions());
  request.setProperties(struct(inputs));
  request.setProvider(providerOf(provider));
  const response = await ask<messages.AnalyzeResponse>((answer) => client.analyze(request, answer));
  return response.getDiagnosticsList().map((found) => `${found.getPolicyname()}: ${found.getMessage()}`);
}

async function analyzeStack(
  resources: readonly { type: string; inputs: object; protect?: boolean }[],
): Promise<string[]> {
  const request = new messages.AnalyzeStackRequest();
  request.setResourcesList(
    resources.map(({ type, inputs, protect = false }) => {
      const resource = new messages.AnalyzerResource();
      resource.setType(type);
      resource.setUrn(`urn:pulumi:s::p::${type}::it`);
      resource.setName('it');
      const resourceOptions = new messages.AnalyzerResourceOptions();
      resourceOptions.setProtect(protect);
      resource.setOptions(resourceOptions);
      resource.setProperties(struct(inputs));
      return resource;
    }),
  );
  const response = await ask<messages.AnalyzeResponse>((answer) => client.analyzeStack(request, answer));
  return response.getDiagnosticsList().map((found) => `${found.getPolicyname()}: ${found.getMessage()}`);
}

const tags = { project: 'taproom', stack: 'dev', 'managed-by': 'pulumi' };

describe('the policy pack', () => {
  test('offers every rule that needs no mark of secrets, at its level', async () => {
    const info = await ask<messages.AnalyzerInfo>((answer) => client.getAnalyzerInfo(new Empty(), answer));
    const levels = { mandatory: messages.EnforcementLevel.MANDATORY, advisory: messages.EnforcementLevel.ADVISORY };
    const offered = info.getPoliciesList().map((policy) => [policy.getName(), policy.getEnforcementlevel()]);
    const expected = rules.filter((rule) => !('needsSecretMarks' in rule)).map(({ id, level }) => [id, levels[level]]);
    expect(offered).toEqual(expected);
  });

  test('finds a public database, and names property and policy', async () => {
    const inputs = { publiclyAccessible: true, storageEncrypted: true, tags };
    expect(await analyze('aws:rds/instance:Instance', inputs)).toEqual([
      expect.stringMatching(/^rds-not-public: A database .*\npubliclyAccessible must be false or unset$/),
    ]);
  });

  test('lets pass what is right', async () => {
    const inputs = { publiclyAccessible: false, storageEncrypted: true, tags };
    expect(await analyze('aws:rds/instance:Instance', inputs)).toEqual([]);
  });

  test("counts the provider's own tags", async () => {
    const provider = { defaultTags: JSON.stringify({ tags }) };
    expect(await analyze('aws:ec2/vpc:Vpc', { tags: { Name: 'network' } }, provider)).toEqual([]);
    expect(await analyze('aws:ec2/vpc:Vpc', { tags: { Name: 'network' } })).toHaveLength(1);
  });

  test('says of a value that is not known yet that it cannot be judged', async () => {
    const found = await analyze('aws:rds/instance:Instance', {
      publiclyAccessible: unknown,
      storageEncrypted: true,
      tags,
    });
    expect(found).toEqual([expect.stringContaining("can't run policy 'rds-not-public'")]);
  });

  test('judges what several resources say, and asks a protected stack for backups', async () => {
    const group = { type: 'aws:cloudwatch/logGroup:LogGroup', inputs: { name: '/aws/lambda/migration' } };
    const database = {
      type: 'aws:rds/instance:Instance',
      inputs: { backupRetentionPeriod: 1, deletionProtection: true },
    };
    const migration = { type: 'aws:lambda/function:Function', inputs: { name: 'migration' } };
    expect(await analyzeStack([group, database, migration])).toEqual([]);
    expect(await analyzeStack([{ ...database, protect: true }])).toEqual([
      expect.stringMatching(/^rds-backed-up: A protected .*\nbackupRetentionPeriod must be at least 7 days$/),
    ]);
    expect(await analyzeStack([migration])).toEqual([expect.stringMatching(/^service-log-retention: /)]);
  });
});
