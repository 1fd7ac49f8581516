import type * as pulumi from '@pulumi/pulumi';

/** All certificate authorities as one PEM text: while one replaces another, servers may answer with either. */
export function caText(authorities: pulumi.Output<{ cert: string }[]>): pulumi.Output<string> {
  return authorities.apply((all) => all.map(({ cert }) => cert.trim()).join('\n'));
}
