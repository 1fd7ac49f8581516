import { parse } from 'yaml';
import { containersOf, containerTypes } from './containers';
import type { PolicyRule } from './policy-rule';
import { readPath, recordsOf, textOf } from './read-inputs';

/**
 * A version's id is the last part: arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME:KEY:STAGE:VERSION-ID. Source:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
 */
const secretsManagerVersion = /^arn:[^:]+:secretsmanager:[^:]*:[^:]*:secret:[^:]+:[^:]*:[^:]*:[^:]+$/;
const parameterVersion = /^arn:[^:]+:ssm:[^:]*:[^:]*:parameter\/[^:]+:[0-9]+$/;
const googleVersion = /^[1-9][0-9]*$/;

/** Secrets of which a restart may read another value than the release was tested with, and a rollback too. */
export const secretVersions: readonly PolicyRule[] = [
  {
    id: 'secret-version-pinned',
    forbids:
      'A reference to a secret must name one version: with the latest, a rollback does not bring the old value back.',
    source: 'https://cloud.google.com/run/docs/configuring/services/secrets#versions',
    level: 'mandatory',
    types: containerTypes,
    check: (resource) =>
      containersOf(resource).flatMap(({ secrets }) =>
        secrets.flatMap(({ property, reference }) =>
          [secretsManagerVersion, parameterVersion, googleVersion].some((form) => form.test(String(reference)))
            ? []
            : [{ property, must: 'name a version: its number on Google Cloud, its id at the end of the ARN on AWS' }],
        ),
      ),
  },
  {
    id: 'synced-secret-version-pinned',
    forbids: 'A secret that is synced into a cluster must be of one version.',
    source: 'https://github.com/aws/secrets-store-csi-driver-provider-aws#usage',
    level: 'mandatory',
    types: ['kubernetes:secrets-store.csi.x-k8s.io/v1:SecretProviderClass'],
    check: ({ inputs }) => {
      const objects = textOf(readPath(inputs, 'spec.parameters.objects'));
      return recordsOf(objects === undefined ? [] : parse(objects)).flatMap(({ objectVersion }, index) =>
        textOf(objectVersion) === undefined
          ? [{ property: `spec.parameters.objects[${index}].objectVersion`, must: "be a version's id" }]
          : [],
      );
    },
  },
  {
    id: 'chart-secret-version-pinned',
    forbids: 'A chart that syncs a secret must be told its version.',
    source: 'https://github.com/aws/secrets-store-csi-driver-provider-aws#usage',
    level: 'mandatory',
    types: ['kubernetes:helm.sh/v3:Release'],
    check: ({ inputs }) =>
      readPath(inputs, 'values.secretsStore.enabled') === true &&
      textOf(readPath(inputs, 'values.secretsStore.versionId')) === undefined
        ? [{ property: 'values.secretsStore.versionId', must: "be a version's id" }]
        : [],
  },
];
