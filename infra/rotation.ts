import type * as pulumi from '@pulumi/pulumi';
import { type Static, Type } from 'typebox';
import { createPassword } from './password';
import { type Login, type ServiceLogin, serviceRoles } from './service-env';

const number = (description: string) => Type.Integer({ minimum: 1, maximum: 10_000, default: 1, description });
const numberBefore = (description: string) => Type.Integer({ minimum: 0, maximum: 9_999, default: 0, description });

/** The numbers of the secrets in use. Each number has a value of its own; docs/operations.md has the steps. */
export const RotationSchema = Type.Object(
  {
    databaseLogin: number("the service's role and password: odd and even numbers are two roles that alternate"),
    lockedDatabaseLogin: numberBefore('`databaseLogin` less 1: that role can log in no more'),
    databaseOwner: number('the password of the role that migrates'),
    apiKey: number('the key of `api_key`; the one before is accepted too'),
    retiredApiKey: numberBefore('`apiKey` less 1: that key is accepted no more'),
  },
  { additionalProperties: false, default: {}, description: 'which of its secrets the stack uses' },
);
export type Rotation = Static<typeof RotationSchema>;

/** The keys that the service accepts. `previous`: beside `current`, until it is retired. */
export type ApiKeys = { current: pulumi.Output<string>; previous: pulumi.Output<string> | undefined };

/** What of the numbers contradicts itself, as sentences. */
export function findRotationProblems(rotation: Rotation): string[] {
  const pairs = [
    ['lockedDatabaseLogin', 'databaseLogin'],
    ['retiredApiKey', 'apiKey'],
  ] as const;
  return pairs.flatMap(([ended, current]) =>
    rotation[ended] < rotation[current]
      ? []
      : [
          `taproom:rotation.${ended} must be less than taproom:rotation.${current}, which is ${rotation[current]}: ` +
            'that one is in use',
        ],
  );
}

/** The number before, as long as it has not been ended. */
export function openPrevious(current: number, ended: number): number | undefined {
  const previous = current - 1;
  return previous >= 1 && ended < previous ? previous : undefined;
}

/** What the service logs in as. The login before keeps its password until it is locked, so that one can go back to it. */
export function createServiceLogin(
  name: string,
  { databaseLogin, lockedDatabaseLogin }: Rotation,
  options: pulumi.CustomResourceOptions,
): ServiceLogin {
  const password = createNumbered(name, databaseLogin, options);
  const previous = openPrevious(databaseLogin, lockedDatabaseLogin);
  if (previous !== undefined) createNumbered(name, previous, options);
  const isLocked = databaseLogin > 1 && previous === undefined;
  return {
    user: roleOf(databaseLogin),
    password,
    locked: isLocked ? roleOf(databaseLogin - 1) : undefined,
  };
}

/** Who migrates. The database is told a new password before the migration logs in with it. */
export function createOwnerLogin(
  { name, user }: { name: string; user: string },
  { databaseOwner }: Rotation,
  options: pulumi.CustomResourceOptions,
): Login {
  return { user, password: createNumbered(name, databaseOwner, options) };
}

export function createApiKeys({ apiKey, retiredApiKey }: Rotation): ApiKeys {
  const previous = openPrevious(apiKey, retiredApiKey);
  return {
    current: createNumbered('api-key', apiKey, {}),
    previous: previous === undefined ? undefined : createNumbered('api-key', previous, {}),
  };
}

function roleOf(login: number): string {
  return login % 2 === 1 ? serviceRoles.odd : serviceRoles.even;
}

/** The first has the bare name, which it had before there were numbers. */
function createNumbered(name: string, number: number, options: pulumi.CustomResourceOptions): pulumi.Output<string> {
  return createPassword(number === 1 ? name : `${name}-${number}`, options);
}
