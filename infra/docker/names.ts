import { resourceName, type StackIdentity } from '../names';

/** A container's name is its host name too: https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4 */
const maxLength = 63;

export type DockerNames = (part: string) => string;

/** Names of containers, networks, volumes and images: every stack of the machine has its own. */
export function dockerNames(identity: StackIdentity): DockerNames {
  return (part) => resourceName(identity, part, maxLength);
}
