import type { Volume, VolumeArgs } from '@pulumi/docker';
import { type Cloud, table } from '../cloud/cloud';
import { resource } from '../declare';
import type { Store } from '../runtime/runtime';

/** What lies in a volume: files that were uploaded, and the data of a database that has run on it. */
export type VolumeContents = { readonly files: Map<string, string>; store?: Store };

const contents = table<VolumeContents>('Docker volumes');

export const volume = resource<Volume, VolumeArgs>({
  token: 'docker:index/volume:Volume',
  naming: { maxLength: 255 },
  replaceOn: 'any',
  id: ({ inputs }) => inputs.name ?? '',
  outputs: ({ inputs }) => ({
    driver: inputs.driver ?? 'local',
    mountpoint: `/var/lib/docker/volumes/${inputs.name}/_data`,
  }),
  unique: ({ inputs }) => `Docker volume ${inputs.name}`,
  inUse: ({ outputs }, users) =>
    `Error response from daemon: remove ${outputs.name}: volume is in use - [${users.map((user) => user.entity?.id ?? user.description).join(', ')}]`,
  delete: async ({ cloud, id }): Promise<'gone'> => {
    await cloud.table(contents).get(id)?.store?.stop();
    cloud.table(contents).delete(id);
    return 'gone';
  },
});

/** Docker makes a volume that is named and not there. */
export function contentsOf(cloud: Cloud, name: string): VolumeContents {
  const known: VolumeContents = cloud.table(contents).get(name) ?? { files: new Map() };
  cloud.table(contents).set(name, known);
  return known;
}
