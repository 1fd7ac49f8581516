import { applyRule, deleteRule, inputRule } from '../rules';
import { cloneRules } from './cloud-sql-clone-rules';
import { databaseInstance } from './cloud-sql-instance';
import { database, user } from './cloud-sql-parts';
import { sqlSettingsRules } from './cloud-sql-settings-rules';
import { googleError, notFound } from './google-error';
import { findNetwork } from './network';
import { peeringOrderRule, textAt } from './peering-order';
import { apiRules } from './project-services';
import { findConnection } from './service-networking';

const settingsReference = 'https://docs.cloud.google.com/sql/docs/postgres/instance-settings';

const rules = [
  ...apiRules('sql', 'sqladmin', [databaseInstance]),
  inputRule({
    id: 'gcp.sql.instance-name',
    refuses:
      'Instance names other than lower-case letters, digits and hyphens beginning with a letter; longer than 98 with the project.',
    source: settingsReference,
    types: databaseInstance,
    check: ({ inputs, place }) => {
      const name = inputs.name ?? 'generated';
      const isWellFormed = /^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(name);
      return isWellFormed && `${place.project}:${name}`.length <= 98
        ? undefined
        : googleError(
            400,
            `Invalid request: instance name (${name}) must be lower-case letters, digits and hyphens, begin with a letter, and project:instance at most 98 characters.`,
            'invalid',
          );
    },
  }),
  inputRule({
    id: 'gcp.sql.version',
    refuses: 'Postgres versions that Cloud SQL does not offer.',
    source: 'https://docs.cloud.google.com/sql/docs/postgres/db-versions',
    types: databaseInstance,
    check: ({ inputs }) =>
      /^(POSTGRES_(9_6|1[0-8])|MYSQL_.+|SQLSERVER_.+)$/.test(inputs.databaseVersion)
        ? undefined
        : googleError(
            400,
            `Invalid value for: Invalid value '${inputs.databaseVersion}' for databaseVersion: must be POSTGRES_9_6 or POSTGRES_10 to POSTGRES_18`,
            'invalid',
          ),
  }),
  inputRule({
    id: 'gcp.sql.settings',
    refuses: 'A new instance without settings.',
    source:
      'https://github.com/hashicorp/terraform-provider-google/blob/main/website/docs/r/sql_database_instance.html.markdown',
    types: databaseInstance,
    check: ({ inputs }) =>
      inputs.settings === undefined && inputs.clone === undefined
        ? 'settings must be set: at least settings.tier'
        : undefined,
  }),
  applyRule({
    id: 'gcp.sql.network-peered',
    refuses: "A private address in a network that has no peering with Google's services yet.",
    source: 'https://docs.cloud.google.com/sql/docs/postgres/configure-private-services-access',
    types: databaseInstance,
    check: ({ inputs, cloud, previous }) => {
      const network = inputs.settings?.ipConfiguration?.privateNetwork;
      if (network === undefined || previous) return undefined;
      if (!/^(https:\/\/.*)?\/?projects\/[^/]+\/global\/networks\/[^/]+$/.test(network))
        return `settings.ipConfiguration.privateNetwork must be projects/PROJECT/global/networks/NETWORK, not ${network}`;
      if (!findNetwork(cloud, network)) return notFound('The network', network);
      return findConnection(cloud, network)
        ? undefined
        : googleError(
            400,
            `Invalid request: Incorrect Service Networking config for instance: ${inputs.name}: SERVICE_NETWORKING_NOT_ENABLED. The network ${network} has no private services connection.`,
            'invalid',
          );
    },
  }),
  peeringOrderRule({
    id: 'gcp.sql.peering-order',
    source: 'https://docs.cloud.google.com/sql/docs/postgres/configure-private-services-access',
    type: databaseInstance,
    networkOf: (node) => textAt(node, 'settings', 'ipConfiguration', 'privateNetwork'),
  }),
  deleteRule({
    id: 'gcp.sql.deletion-protection',
    refuses:
      'Deleting an instance that is protected: by the provider, unless deletionProtection is false, or in the API, when settings.deletionProtectionEnabled is true.',
    source: 'https://docs.cloud.google.com/sql/docs/postgres/deletion-protection',
    types: databaseInstance,
    check: ({ entity }) => {
      if (entity.inputs.deletionProtection !== false) {
        return 'Error, failed to delete instance because deletion_protection is set to true. Set it to false to proceed with instance deletion';
      }
      return entity.inputs.settings?.deletionProtectionEnabled === true
        ? googleError(
            400,
            'The instance is protected. Please disable the deletion protection and try again. To disable deletion protection, update the instance settings with deletionProtectionEnabled set to false.',
            'deletionProtectionEnabled',
          )
        : undefined;
    },
  }),
  applyRule({
    id: 'gcp.sql.instance-exists',
    refuses: 'Databases and users of an instance that does not exist.',
    source: 'https://docs.cloud.google.com/sql/docs/postgres/admin-api/rest/v1beta4/databases/insert',
    types: [database, user],
    check: ({ inputs, cloud }) =>
      cloud.find(databaseInstance, inputs.instance)
        ? undefined
        : googleError(404, `The Cloud SQL instance ${inputs.instance} does not exist.`, 'instanceDoesNotExist'),
  }),
  inputRule({
    id: 'gcp.sql.user-name',
    refuses: "Names that are Cloud SQL's or Postgres' own, or are longer than 63 characters.",
    source: 'https://docs.cloud.google.com/sql/docs/postgres/users',
    types: user,
    check: ({ inputs }) => {
      const name = inputs.name ?? 'generated';
      return name.length <= 63 && !/^(pg_|cloudsql)/.test(name)
        ? undefined
        : googleError(400, `Invalid request: User name "${name}" is invalid or reserved.`, 'invalid');
    },
  }),
  inputRule({
    id: 'gcp.sql.user-password',
    refuses: 'A built-in Postgres user without a password.',
    source: 'https://docs.cloud.google.com/sql/docs/postgres/create-manage-users#creating',
    types: user,
    check: ({ inputs }) =>
      (inputs.type === undefined || inputs.type === '' || inputs.type === 'BUILT_IN') &&
      (inputs.password ?? inputs.passwordWo ?? '') === ''
        ? googleError(400, 'Invalid request: User password must be set: password, or passwordWo.', 'invalid')
        : undefined,
  }),
  ...sqlSettingsRules,
  ...cloneRules,
];

export const cloudSqlSimulation = { resources: [databaseInstance, database, user], functions: [], rules };
