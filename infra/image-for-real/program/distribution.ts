import * as pulumi from '@pulumi/pulumi';
import { missingImage, type Registry } from '../../image';

export type DistributionSettings = { repository: string; username: string; password: string };

/** Any registry that speaks the OCI distribution API over https. */
export function openDistribution({ repository, username, password }: DistributionSettings): Registry {
  const [host, ...path] = repository.split('/');
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const check = async (digest: string) => {
    const url = `https://${host}/v2/${path.join('/')}/manifests/${digest}`;
    const accept = 'application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json';
    const { status } = await fetch(url, { method: 'HEAD', headers: { authorization, accept } });
    if (status !== 200) throw new Error(`the registry answered ${status}`);
  };
  return {
    repository: pulumi.output(repository),
    login: () => ({ username, password }),
    checkImage: (digest) =>
      pulumi.output(check(digest).catch((cause) => Promise.reject(missingImage(digest, repository, cause)))),
  };
}
