import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { mockDigest } from './testing/mock-clouds';

const run = promisify(execFile);

describe('a deployment that fails while it is created', () => {
  let failures: Record<string, string>;
  let created: string[];

  beforeAll(async () => {
    const script = path.join(__dirname, 'testing', 'failing-deployments.ts');
    // The script ends itself by a signal.
    const { stdout } = await run(process.execPath, ['--import', 'tsx', script], { env: cleanEnvironment() }).catch(
      (ended: { stdout: string }) => ended,
    );
    ({ failures, created } = JSON.parse(stdout));
  }, 60_000);

  test('says that App Runner rolled the image back', () => {
    expect(failures['image rolled back']).toMatch(
      /^app-runner: App Runner rolled the update back: it runs repository@sha256:old, not .+@sha256:d{64} with its variables and size\. Why is in the log: aws logs tail /,
    );
  });

  test.each(['variables rolled back', 'size rolled back'])('says that App Runner rolled back: %s', (name) => {
    expect(failures[name]).toMatch(/^app-runner: App Runner rolled the update back/);
  });

  test('says that ECS Express rolled the image back, and what its alarm counts', () => {
    expect(failures['express rolled back']).toMatch(
      /^ecs-express: ECS rolled the update back: it runs repository@sha256:old, not .+@sha256:d{64} with its variables and size\. .+ more than 1 % of the answers .+ are 4xx or 5xx: .+ aws logs tail /,
    );
  });

  test('says that ECS runs another revision than was asked for, and how to try again', () => {
    expect(failures['fargate rolled back']).toMatch(
      /^ecs-fargate: ECS rolled the deployment back: it runs taproom-dev-ecs-fargate:0, not taproom-dev-ecs-fargate:1\. Why is in the log: aws logs tail .+ To try the same again: pulumi refresh, then pulumi up$/,
    );
  });

  test('says that nothing runs after a first deployment that ECS gave up', () => {
    expect(failures['fargate never started']).toMatch(
      /^ecs-fargate: ECS gave the deployment up: no task of taproom-dev-ecs-fargate:1 runs\. Why is in the log: aws logs tail /,
    );
  });

  test('refuses a domain whose zone is not in the account', () => {
    expect(failures['no such zone']).toMatch(
      /^taproom:domain\.aws\.zone must be a public hosted zone of this account, and example\.com is none \(.*no matching Route 53 Hosted Zone found.*\)$/s,
    );
  });

  test('refuses another database engine than the stack has, and creates none', () => {
    expect(failures['another engine']).toBe(
      "taproom:database.engine must stay rds, since the stack's rows are there: to move them to aurora, " +
        'see "Changing the database engine" in infra/README.md',
    );
    expect(created).toEqual([]);
  });

  test.each([
    ['not in ECR', '123456789012.dkr.ecr.us-east-1.amazonaws.com/taproom-dev-service'],
    ['not in Artifact Registry', 'us-central1-docker.pkg.dev/my-project-123/taproom-dev-images/service'],
  ])('refuses an image that is %s', (name, repository) => {
    expect(failures[name]).toMatch(
      `taproom:imageDigest ${mockDigest} must be in ${repository}: push it there, or remove the setting to build an image`,
    );
  });

  test.each([
    ['local migration fails', 'docker: the migration failed to complete: ended with code 3;', 'migration'],
    ['local release not ready', 'docker: the release is not ready: ended with code 3;', 'trial'],
  ])('replaces no container when a %s', (name, problem, part) => {
    expect(failures[name]).toContain(problem);
    expect(failures[name]).toMatch(
      new RegExp(`pulumi up --replace 'urn:pulumi:.*::${part}'.*first line\\s+last line`, 's'),
    );
  });

  test('refuses an image that is not in the Docker engine', () => {
    expect(failures['not in the engine']).toContain(
      `taproom:imageDigest ${mockDigest} must be an image that this machine's Docker engine has (docker images --no-trunc)`,
    );
  });

  test('refuses a region with one usable zone', () => {
    expect(failures['one zone']).toBe(
      'aws:region must have two usable availability zones, or name them in taproom:zones.aws',
    );
  });
});

/** Without what jest needs of Node. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, ...env } = process.env;
  return env;
}
