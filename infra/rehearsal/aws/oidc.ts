import type { iam } from '@pulumi/aws';
import { resource } from '../declare';
import { inputRule } from '../rules';
import { globalArn } from './declare';

const source = 'https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html';

export const openIdConnectProvider = resource<iam.OpenIdConnectProvider, iam.OpenIdConnectProviderArgs>({
  token: 'aws:iam/openIdConnectProvider:OpenIdConnectProvider',
  replaceOn: ['url'],
  unordered: ['clientIdLists', 'thumbprintLists'],
  seconds: { create: 1, delete: 1 },
  id: ({ inputs, place }) => globalArn('iam', place, `oidc-provider/${hostAndPath(inputs.url)}`),
  outputs: ({ inputs, id, seed }) => ({
    arn: id,
    // IAM fetches the certificate's by itself when none is given.
    thumbprintLists: inputs.thumbprintLists ?? [seed.hex(40)],
  }),
  unique: ({ inputs }) => `OpenID Connect provider ${hostAndPath(inputs.url)}`,
  exists: ({ inputs }) => `EntityAlreadyExists: Provider with url ${inputs.url} already exists.`,
});

function hostAndPath(url: string): string {
  return url.replace(/^https:\/\//, '');
}

const rules = [
  inputRule({
    id: 'aws.iam.oidc-url',
    refuses: 'An address of an OpenID Connect provider that is not https://, longer than 255, or with a query or port.',
    source,
    types: openIdConnectProvider,
    check: ({ inputs: { url } }) =>
      /^https:\/\/[^?#:\s]+$/.test(url) && url.length <= 255
        ? undefined
        : `ValidationError: Invalid Open ID Connect Provider URL (url must be https://, at most 255 characters, without query or port)`,
  }),
  inputRule({
    id: 'aws.iam.oidc-audiences',
    refuses: 'More than 100 client ids, or one that is empty or longer than 255 characters.',
    source,
    types: openIdConnectProvider,
    check: ({ inputs: { clientIdLists } }) =>
      clientIdLists.length <= 100 && clientIdLists.every((id) => id.length >= 1 && id.length <= 255)
        ? undefined
        : 'LimitExceeded: clientIdLists must be at most 100 ids of 1 to 255 characters',
  }),
  inputRule({
    id: 'aws.iam.oidc-thumbprints',
    refuses: 'A thumbprint that is not 40 hexadecimal digits, or more than five.',
    source,
    types: openIdConnectProvider,
    check: ({ inputs: { thumbprintLists = [] } }) =>
      thumbprintLists.length <= 5 && thumbprintLists.every((text) => /^[0-9a-fA-F]{40}$/.test(text))
        ? undefined
        : 'InvalidInput: thumbprintLists must be at most five of 40 hexadecimal digits',
  }),
];

export const oidcSimulation = { resources: [openIdConnectProvider], functions: [], rules };
