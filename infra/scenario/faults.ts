import type { Fault, Workspace } from '../rehearsal/run/scenario';
import { newRelease } from './changes';

/** A mistake in the program, and what the simulated clouds must say of it. */
export type ProgramFault = Fault & {
  apply(workspace: Workspace): Promise<void>;
  /** The resource, and the rule's id: where several find it, the first in time tells. */
  readonly expects: { readonly resource: RegExp; readonly rule: RegExp };
};

/** Permissions are asked for when a release starts, so that a running one does not notice. */
function atNextRelease(mistake: ProgramFault): ProgramFault {
  return {
    ...mistake,
    apply: async (workspace) => {
      await mistake.apply(workspace);
      await newRelease(workspace);
    },
  };
}

type Edit = { file: string; from: string | RegExp; to: string };

function fault(name: string, title: string, { file, from, to }: Edit, expects: ProgramFault['expects']): ProgramFault {
  return { name, title, apply: (workspace) => workspace.edit(file, (text) => text.replace(from, to)), expects };
}

/** One of each family of mistakes that the clouds refuse, as edits of the program. */
export const programFaults: readonly ProgramFault[] = [
  fault(
    'reserved-variable',
    'PORT is set, which the platforms keep for themselves',
    { file: 'infra/service-env.ts', from: '    PORT: undefined,', to: '    PORT: 8080,' },
    { resource: /app-runner|cloud-run/, rule: /^(aws\.apprunner\.reserved-variable|gcp\.run\.reserved-env)/ },
  ),
  fault(
    'size',
    'Cloud Run gets a processor of a size that it does not have',
    { file: 'infra/gcp/cloud-run.ts', from: 'cpu: String(size.cpu)', to: "cpu: '3'" },
    { resource: /cloud-run/, rule: /^gcp\.run\.cpu/ },
  ),
  fault(
    'database-edition',
    'the edition of Cloud SQL is left to its default, which has no small tier',
    { file: 'infra/gcp/postgres-server.ts', from: "        edition: 'ENTERPRISE',\n", to: '' },
    { resource: /postgres/, rule: /^gcp\.sql\.edition/ },
  ),
  fault(
    'name-too-long',
    'a Secret Manager secret gets a name that is too long',
    { file: 'infra/gcp/secrets.ts', from: "secretId: names('secret', part)", to: "secretId: 'x'.repeat(256)" },
    { resource: /secretmanager\/secret:Secret/, rule: /^gcp\.secretmanager\.secret-id/ },
  ),
  fault(
    'no-peering-order',
    'Cloud SQL does not wait for the peering of its network',
    {
      file: 'infra/gcp/postgres-server.ts',
      from: 'dependsOn: [...options.dependsOn, network.peering, ...after]',
      to: 'dependsOn: [...options.dependsOn, ...after]',
    },
    { resource: /postgres/, rule: /^gcp\.sql\./ },
  ),
  atNextRelease(
    fault(
      'no-image-pull',
      "App Runner's role may not read layers of the image",
      { file: 'infra/aws/pull-statements.ts', from: "        'ecr:GetDownloadUrlForLayer',\n", to: '' },
      { resource: /app-runner/, rule: /^aws\.apprunner\.image-pull/ },
    ),
  ),
  atNextRelease(
    fault(
      'no-secret-access',
      'the service on App Runner may not read its secret',
      {
        file: 'infra/aws/app-runner.ts',
        from: "Action: ['secretsmanager:GetSecretValue']",
        to: "Action: ['secretsmanager:DescribeSecret']",
      },
      { resource: /app-runner/, rule: /^aws\.apprunner\.secret-read/ },
    ),
  ),
  fault(
    'no-grant-order',
    'Cloud Run does not wait until its service account may read its secrets',
    { file: 'infra/gcp/cloud-run.ts', from: ', ...env.ready, migration]', to: ', migration]' },
    { resource: /cloud-run/, rule: /^gcp\.run\.secret-access-order/ },
  ),
  fault(
    'missing-digest',
    'the image is named by a digest that no registry has',
    {
      file: 'infra/image.ts',
      from: /pulumi\.interpolate`\$\{repository\}@\$\{digest\}`/,
      to: `pulumi.interpolate\`\${repository}@sha256:${'0'.repeat(64)}\``,
    },
    { resource: /migration|app-runner|cloud-run/, rule: /image-(missing|exists|pull)/ },
  ),
];
