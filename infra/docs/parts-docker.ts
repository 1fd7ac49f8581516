import type { Parts } from './groups';

/** Docker has one type for all that runs, so that names tell containers and volumes apart. */
export const dockerParts: Parts = {
  front: {
    'docker:index/container:Container front': 'Container on the port',
  },
  service: {
    'docker:index/container:Container docker': 'Container',
    'docker:index/container:Container trial': 'Trial of a release',
  },
  registry: {
    'docker:index/tag:Tag': 'Tag in the engine',
    'docker:index/remoteImage:RemoteImage': 'Image of a store',
  },
  migration: {
    'docker:index/container:Container migration': 'One run per release',
  },
  stores: {
    'docker:index/container:Container postgres': 'Postgres',
    'docker:index/container:Container redis': 'Redis',
    'docker:index/volume:Volume database': 'Volume of the database',
  },
  secrets: {
    ...forEachReader('docker:index/volume:Volume', 'Volume of one reader'),
    ...forEachReader('docker:index/container:Container', 'What fills it'),
  },
  network: {
    'docker:index/network:Network front': 'Network with a way out',
    'docker:index/network:Network stores': 'Network without one',
  },
};

function forEachReader(type: string, label: string): Record<string, string> {
  const readers = ['service', 'migration', 'postgres', 'redis'];
  return Object.fromEntries(readers.map((reader) => [`${type} ${reader}-credentials`, label]));
}
