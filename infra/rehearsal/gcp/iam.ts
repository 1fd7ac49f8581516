import { type Cloud, table } from '../cloud/cloud';
import { projectNumber } from './declare';
import { isServiceEnabled } from './project-services';

/**
 * One role for some members on one resource, under that resource's full name (`projects/p/secrets/s`). Conditions are
 * expressions on the request; none is evaluated here, so none stands in the way.
 */
export type Grant = { resource: string; role: string; members: readonly string[] };

/** By the id of the resource that grants. */
export const grants = table<Grant>('gcp IAM grants');

/** Permissions of the roles that a program has made itself, by the role's full name. */
export const customRoles = table<readonly string[]>('gcp custom roles');

/**
 * The predefined roles that hold the permissions asked for here.
 * Source: https://docs.cloud.google.com/iam/docs/roles-permissions, as of November 2026
 */
const rolesWith = {
  'secretmanager.versions.access': ['roles/secretmanager.secretAccessor', 'roles/secretmanager.admin', 'roles/owner'],
  'artifactregistry.repositories.downloadArtifacts': [
    'roles/artifactregistry.reader',
    'roles/artifactregistry.writer',
    'roles/artifactregistry.repoAdmin',
    'roles/artifactregistry.admin',
    'roles/artifactregistry.createOnPushWriter',
    'roles/artifactregistry.createOnPushRepoAdmin',
    'roles/run.serviceAgent',
    'roles/viewer',
    'roles/editor',
    'roles/owner',
  ],
  'run.routes.invoke': [
    'roles/run.invoker',
    'roles/run.servicesInvoker',
    'roles/run.admin',
    'roles/editor',
    'roles/owner',
  ],
} as const satisfies Record<string, readonly string[]>;

export type Permission = keyof typeof rolesWith;

export type Question = { member: string; permission: Permission; project: string; resource: string };

/** Whether a member may do it to the resource, by the grants on it and on its project. */
export function isAllowed(cloud: Cloud, { member, permission, project, resource }: Question): boolean {
  const names: readonly string[] = rolesWith[permission];
  const holds = (role: string) => names.includes(role) || cloud.table(customRoles).get(role)?.includes(permission);
  return [...cloud.table(grants).values(), ...agentGrants(cloud, project)].some(
    (grant) =>
      (grant.resource === resource || grant.resource === `projects/${project}`) &&
      grant.members.some((candidate) => includesMember(candidate, member)) &&
      holds(grant.role),
  );
}

/** Whether anyone at all may, without signing in. */
export function isPublic(cloud: Cloud, question: Omit<Question, 'member'>): boolean {
  return isAllowed(cloud, { ...question, member: 'allUsers' });
}

function includesMember(granted: string, member: string): boolean {
  if (granted === member || granted === 'allUsers') return true;
  return granted === 'allAuthenticatedUsers' && member !== 'allUsers';
}

/** The account with which Cloud Run itself reads images. Source: https://docs.cloud.google.com/run/docs/securing/service-identity#service_agent */
export function runServiceAgent(project: string): string {
  return `service-${projectNumber(project)}@serverless-robot-prod.iam.gserviceaccount.com`;
}

/** The account that runs what names none. Source: https://docs.cloud.google.com/compute/docs/access/service-accounts */
export function defaultComputeAccount(project: string): string {
  return `${projectNumber(project)}-compute@developer.gserviceaccount.com`;
}

/** Google grants its service agents their role on the project when an API is enabled. */
function agentGrants(cloud: Cloud, project: string): Grant[] {
  if (!isServiceEnabled(cloud, project, 'run.googleapis.com')) return [];
  return [
    {
      resource: `projects/${project}`,
      role: 'roles/run.serviceAgent',
      members: [`serviceAccount:${runServiceAgent(project)}`],
    },
  ];
}
