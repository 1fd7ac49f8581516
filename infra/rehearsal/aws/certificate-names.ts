import type { lb } from '@pulumi/aws';
import type { Cloud } from '../cloud/cloud';
import { resource } from '../declare';
import { certificate, issuedCertificates } from './certificate';

/** Beside a listener's own certificate, for other names. */
export const listenerCertificate = resource<lb.ListenerCertificate, lb.ListenerCertificateArgs>({
  token: 'aws:lb/listenerCertificate:ListenerCertificate',
  replaceOn: 'any',
  seconds: { create: 1, delete: 1 },
  id: ({ inputs }) => `${inputs.listenerArn}_${inputs.certificateArn}`,
  outputs: () => ({}),
  uses: ({ inputs, cloud }) => [cloud.find(certificate, inputs.certificateArn)],
});

/** The names in all certificates of a listener that are issued. */
export function namesOfListener(
  cloud: Cloud,
  { id, inputs }: { id: string; inputs: { certificateArn?: string } },
): string[] {
  const more = cloud.list(listenerCertificate).filter((added) => added.inputs.listenerArn === id);
  const arns = [inputs.certificateArn, ...more.map((added) => added.inputs.certificateArn)];
  return arns.flatMap((arn) => {
    const found = arn === undefined ? undefined : cloud.find(certificate, arn);
    return found && cloud.table(issuedCertificates).has(found.id) ? found.outputs.subjectAlternativeNames : [];
  });
}
