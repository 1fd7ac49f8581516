import { request } from 'node:https';
import { login } from './registry-server';

export type Answer = { status: number; digest: string | undefined; body: string };

const accept = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/**
 * The manifest of `HOST:PORT/NAME:TAG` or `HOST:PORT/NAME@DIGEST`, as the registry gives it to who has its login.
 * Whether its certificate is right is what BuildKit, the provider and the program find out.
 */
export function getManifest(reference: string): Promise<Answer> {
  const [, host, name, manifest] = /^([^/]+)\/(.+?)[@:]((?:sha256:)?[^:@/]+)$/.exec(reference) ?? [];
  return get(`https://${host}/v2/${name}/manifests/${manifest}`);
}

/** The tags of `HOST:PORT/NAME`, in the registry's order. */
export async function listTags(repository: string): Promise<string[]> {
  const [host, ...path] = repository.split('/');
  const { body } = await get(`https://${host}/v2/${path.join('/')}/tags/list`);
  return JSON.parse(body).tags ?? [];
}

function get(url: string): Promise<Answer> {
  const auth = `${login.username}:${login.password}`;
  return new Promise((resolve, reject) => {
    const sent = request(url, { auth, headers: { accept }, rejectUnauthorized: false }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      answer.on('end', () => {
        const digest = answer.headers['docker-content-digest'];
        resolve({ status: answer.statusCode ?? 0, digest: typeof digest === 'string' ? digest : undefined, body });
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}
