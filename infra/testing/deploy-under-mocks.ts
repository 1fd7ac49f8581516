import * as pulumi from '@pulumi/pulumi';
import deployStack from '../index';
import { type CloudAnswers, type MockedResource, mockClouds } from './mock-clouds';

export type MockedDeployment = {
  resources: MockedResource[];
  /** What it printed on the way. */
  messages: string[];
  /** Settled: an output that fails is its error. */
  outputs: Record<string, unknown>;
};

export type MockedStack = CloudAnswers & { project?: string; stack?: string; config: Record<string, unknown> };

/** What every stack needs beside `taproom:` settings. */
export const providerConfig = {
  'aws:region': 'us-east-1',
  'gcp:project': 'my-project-123',
  'gcp:region': 'us-central1',
};

/** Runs the whole program of a stack with made-up clouds. Throws what it throws before it creates anything. */
export async function deployUnderMocks({
  project = 'taproom',
  stack = 'dev',
  config,
  ...answers
}: MockedStack): Promise<MockedDeployment> {
  setStackConfig(config);
  const resources = await mockClouds({ project, stack }, answers);
  const messages: string[] = [];
  const { info } = pulumi.log;
  const { prepareStackTrace } = Error;
  Object.assign(pulumi.log, { info: (message: string) => messages.push(message) });
  // Pulumi looks at the stack for each resource and promise; to map every frame to its source takes half of the time.
  Error.prepareStackTrace = String;
  try {
    const outputs = Object.entries(deployStack()).map(async ([name, value]) => [name, await settle(value)]);
    const settled = Object.fromEntries(await Promise.all(outputs));
    await pulumi.runtime.disconnect();
    return { resources, messages, outputs: settled };
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
    Object.assign(pulumi.log, { info });
  }
}

/** Sets the whole configuration as Pulumi hands it over: text, and JSON for what is not text. */
export function setStackConfig(config: Record<string, unknown>): void {
  const texts = Object.entries(config).map(([key, value]) => [
    key,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  pulumi.runtime.setAllConfig(Object.fromEntries(texts));
}

/** `apply` has no way to see a failure; the promise behind it has. */
async function settle(value: unknown): Promise<unknown> {
  const output = pulumi.output(value) as unknown as { promise(): Promise<unknown> };
  return output.promise().catch((error: unknown) => error);
}
