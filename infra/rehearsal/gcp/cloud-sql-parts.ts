import type { sql } from '@pulumi/gcp';
import { databaseInstance } from './cloud-sql-instance';
import { googleResource } from './declare';
import { googleError } from './google-error';
import { reachableStores } from './private-stores';

export const database = googleResource<sql.Database, sql.DatabaseArgs>({
  token: 'gcp:sql/database:Database',
  naming: { maxLength: 63 },
  replaceOn: ['name', 'instance', 'project'],
  seconds: { create: 3, delete: 3 },
  id: ({ inputs, place }) => `projects/${place.project}/instances/${inputs.instance}/databases/${inputs.name}`,
  outputs: ({ inputs, place }) => ({
    charset: inputs.charset ?? 'UTF8',
    collation: inputs.collation ?? 'en_US.UTF8',
    selfLink: `https://sqladmin.googleapis.com/sql/v1beta4/projects/${place.project}/instances/${inputs.instance}/databases/${inputs.name}`,
  }),
  uses: ({ inputs, cloud }) => [cloud.find(databaseInstance, inputs.instance)],
  unique: ({ inputs }) => `database ${inputs.name} in ${inputs.instance}`,
  exists: ({ inputs }) => googleError(400, `database "${inputs.name}" already exists`, 'invalid'),
  create: async ({ cloud, inputs }) => {
    await cloud
      .table(reachableStores)
      .get(inputs.instance)
      ?.store.addDatabase(inputs.name ?? '');
  },
});

export const user = googleResource<sql.User, sql.UserArgs>({
  token: 'gcp:sql/user:User',
  naming: { maxLength: 63 },
  replaceOn: ['name', 'instance', 'project', 'host', 'type', 'databaseRoles'],
  writeOnly: ['passwordWo'],
  secretOutputs: [],
  empty: ['host', 'iamEmail', 'sqlServerUserDetails'],
  seconds: { create: 3, update: 3, delete: 3 },
  id: ({ inputs }) => `${inputs.name}//${inputs.instance}`,
  outputs: () => ({}),
  uses: ({ inputs, cloud }) => [cloud.find(databaseInstance, inputs.instance)],
  unique: ({ inputs }) => `user ${inputs.name} of ${inputs.instance}`,
  create: async ({ cloud, inputs }) => {
    const store = cloud.table(reachableStores).get(inputs.instance)?.store;
    await store?.addUser(inputs.name ?? '', inputs.password ?? inputs.passwordWo ?? '');
  },
  update: async ({ cloud, inputs, previous }) => {
    const password = inputs.password ?? inputs.passwordWo;
    const before = previous.inputs.password ?? previous.inputs.passwordWo;
    if (password === undefined || password === before) return;
    await cloud
      .table(reachableStores)
      .get(inputs.instance)
      ?.store.setPassword(inputs.name ?? '', password);
  },
});
