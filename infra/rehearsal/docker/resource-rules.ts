import { inputRule } from '../rules';
import { network } from './network';
import { volume } from './volume';

const names = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

export const resourceRules = [
  inputRule({
    id: 'docker.volume.name',
    refuses: 'A name with other characters than letters, digits, underscores, full stops and hyphens.',
    source: 'https://docs.docker.com/reference/cli/docker/volume/create/',
    types: volume,
    check: ({ inputs: { name = '' } }) =>
      names.test(name)
        ? undefined
        : `Unable to create volume: Error response from daemon: create ${name}: "${name}" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed`,
  }),
  inputRule({
    id: 'docker.network.name',
    refuses: 'An empty name, and the names of the networks that Docker makes itself.',
    source: 'https://docs.docker.com/engine/network/drivers/',
    types: network,
    check: ({ inputs: { name = '' } }) =>
      name.trim() !== '' && !['bridge', 'host', 'none', 'default'].includes(name)
        ? undefined
        : `Unable to create network: Error response from daemon: operation is not permitted on predefined ${name} network`,
  }),
  inputRule({
    id: 'docker.network.driver',
    refuses: 'A driver that the engine does not have.',
    source: 'https://docs.docker.com/engine/network/drivers/',
    types: network,
    check: ({ inputs: { driver = 'bridge' } }) =>
      ['bridge', 'ipvlan', 'macvlan'].includes(driver)
        ? undefined
        : `Unable to create network: Error response from daemon: plugin "${driver}" not found`,
  }),
];
