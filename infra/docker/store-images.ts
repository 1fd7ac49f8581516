import * as docker from '@pulumi/docker';
import type * as pulumi from '@pulumi/pulumi';

/** The stores of docker-compose.yml, by the digests of their indexes: the same bytes until a line here changes. */
const images = {
  postgres: 'postgres:17@sha256:d74eeac9a635390a49bc21bd49fccd973de707e2a53a76ac49b552b8712ec46f',
  redis: 'redis:8@sha256:f0957bcaa75fd58a9a1847c1f07caf370579196259d69ac07f2e27b5b389b021',
} as const;

/** Pulls a store's image, unless the engine has it. It stays there after the stack: others may use it too. */
export function pullStoreImage(
  store: keyof typeof images,
  options: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  return new docker.RemoteImage(`${store}-image`, { name: images[store], keepLocally: true }, options).name;
}
