import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { aws } from '../../rehearsal/aws/aws';
import type { Cloud } from '../../rehearsal/cloud/cloud';
import { connectByName } from '../../rehearsal/cloud/public-names';
import { findStoredImage, type Login, parseReference, pushImage } from '../../rehearsal/cloud/registry';
import { createSeed } from '../../rehearsal/cloud/seed';
import { accessToken } from '../../rehearsal/gcp/client';
import type { Call, StandIn } from './stand-ins';

type Place = { cloud: Cloud; project: string };

/** Programs that a runner has, as far as the delivery asks them, on the simulated clouds. */
export function runnerPrograms(place: Place): Record<string, StandIn> {
  const { cloud, project } = place;
  const logins = new Map<string, Login>();
  const signed = new Set<string>();
  return {
    aws: ({ args }) => (args.slice(0, 2).join(' ') === 'ecr get-login-password' ? ecrPassword(cloud, args) : undefined),
    gcloud: ({ args }) => (args.join(' ') === 'auth print-access-token' ? { stdout: accessToken(project) } : undefined),
    resolve: ({ args }) => resolve(cloud, args),
    docker: (call) => docker(place, logins, call),
    cosign: (call) => cosign(cloud, signed, call),
  };
}

/** No program, but the DNS: where a name of the clouds leads. */
function resolve(cloud: Cloud, [host = '', port]: readonly string[]) {
  const found = connectByName(cloud, host, Number(port));
  if (found?.kind === 'port') return { stdout: String(found.port) };
  return { code: 1, stderr: found === undefined ? `no name: ${host}` : `${found.kind}: ${found.why}` };
}

function ecrPassword(cloud: Cloud, args: readonly string[]) {
  const region = optionOf(args, '--region');
  const token = aws.functions.find((candidate) => candidate.token.endsWith(':getAuthorizationToken'));
  if (token === undefined) throw new Error('the simulated AWS gives no token for its registry');
  const config = { region };
  const result = token.call({ inputs: {}, place: aws.place(config, {}), config, cloud, seed: createSeed('runner') });
  return { stdout: String(result.password) };
}

async function docker({ cloud }: Place, logins: Map<string, Login>, { args, input }: Call) {
  if (args[0] === 'login') {
    logins.set(args.at(-1) ?? '', { username: optionOf(args, '--username'), password: input.trim() });
    return {};
  }
  const push = (reference: string, digest: string) => {
    const login = logins.get(parseReference(reference)?.host ?? '');
    pushImage(cloud, { reference, digest, platform: 'linux/amd64', login });
  };
  const [, command, verb] = args;
  if (command === 'imagetools' && verb === 'inspect') {
    const found = findStoredImage(cloud, args[3] ?? '');
    return found ? { stdout: JSON.stringify(found.digest) } : { code: 1, stderr: 'not found' };
  }
  if (command === 'imagetools' && verb === 'create') {
    const found = findStoredImage(cloud, args.at(-1) ?? '');
    if (found === undefined) return { code: 1, stderr: 'not found' };
    push(optionOf(args, '--tag'), found.digest);
    return {};
  }
  if (command !== 'build') return undefined;
  const contextFolder = args.at(-1) ?? '';
  const { digest } = await cloud.runtime.images.build({
    contextFolder,
    dockerfile: readFileSync(path.join(contextFolder, 'Dockerfile'), 'utf8'),
    platform: optionOf(args, '--platform'),
    buildArgs: Object.fromEntries(optionsOf(args, '--build-arg').map(splitPair)),
  });
  for (const tag of optionsOf(args, '--tag')) push(tag, digest);
  writeFileSync(optionOf(args, '--metadata-file'), JSON.stringify({ 'containerimage.digest': digest }));
  return {};
}

function cosign(cloud: Cloud, signed: Set<string>, { args }: Call) {
  const [command = ''] = args;
  const reference = args.at(-1) ?? '';
  if (findStoredImage(cloud, reference) === undefined) return { code: 1, stderr: `${reference} is not there` };
  const kind = command.includes('attest') ? 'attestation' : 'signature';
  if (command.startsWith('verify'))
    return signed.has(`${kind} ${reference}`) ? {} : { code: 1, stderr: 'no signatures found' };
  signed.add(`${kind} ${reference}`);
  return {};
}

function optionsOf(args: readonly string[], name: string): string[] {
  return args.flatMap((arg, index) => (args[index - 1] === name ? [arg] : []));
}

function optionOf(args: readonly string[], name: string): string {
  const [value] = optionsOf(args, name);
  if (value === undefined) throw new Error(`${name} is missing`);
  return value;
}

function splitPair(text: string): [string, string] {
  const at = text.indexOf('=');
  return [text.slice(0, at), text.slice(at + 1)];
}
