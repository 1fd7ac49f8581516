import type { wafv2 } from '@pulumi/aws';
import type { Unwrap } from '@pulumi/pulumi';
import type { Entity } from '../cloud/cloud';
import { type OutputsOf, resource } from '../declare';
import { arn } from './declare';
import { firewalls } from './listener-front';
import { loadBalancer } from './load-balancer';
import { capacityOf } from './web-acl-capacity';
import { judgeRequest, unjudged } from './web-acl-judge';

export type WebAclArgs = Unwrap<wafv2.WebAclArgs>;
export type WebAcl = Entity<WebAclArgs, OutputsOf<wafv2.WebAcl>>;
export type WebAclRule = NonNullable<WebAclArgs['rules']>[number];

export const webAcl = resource<wafv2.WebAcl, wafv2.WebAclArgs>({
  token: 'aws:wafv2/webAcl:WebAcl',
  naming: { maxLength: 128 },
  replaceOn: ['name', 'namePrefix', 'scope'],
  unordered: ['rules', 'tokenDomains'],
  empty: ['applicationIntegrationUrl', 'namePrefix'],
  changesOnUpdate: ['capacity', 'lockToken'],
  seconds: { create: 2, update: 2, delete: 2 },
  id: ({ seed }) => seed.uuid(),
  outputs: ({ id, inputs, place, seed }) => ({
    arn: arn('wafv2', place, `${inputs.scope === 'CLOUDFRONT' ? 'global' : 'regional'}/webacl/${inputs.name}/${id}`),
    capacity: (inputs.rules ?? []).reduce((sum, { statement }) => sum + capacityOf(statement), 0),
    lockToken: seed.uuid(JSON.stringify(inputs)),
  }),
  unique: ({ inputs, place }) => `web ACL ${inputs.name} in ${place.region} (${inputs.scope})`,
  exists: () =>
    "WAFDuplicateItemException: AWS WAF couldn't perform the operation because some resource in your request is a duplicate of an existing one. (name)",
  inUse: () =>
    "WAFAssociatedItemException: AWS WAF couldn't perform the operation because your resource is being used by another resource or it's associated with another resource.",
});

/** Puts a web ACL before a load balancer. */
export const webAclAssociation = resource<wafv2.WebAclAssociation, wafv2.WebAclAssociationArgs>({
  token: 'aws:wafv2/webAclAssociation:WebAclAssociation',
  replaceOn: 'any',
  seconds: { create: 5, delete: 5 },
  id: ({ inputs }) => `${inputs.webAclArn},${inputs.resourceArn}`,
  outputs: () => ({}),
  uses: ({ inputs, cloud }) => [
    cloud.findBy(webAcl, 'arn', inputs.webAclArn),
    cloud.find(loadBalancer, inputs.resourceArn),
  ],
  create: ({ inputs, cloud }) => {
    const acl = cloud.findBy(webAcl, 'arn', inputs.webAclArn);
    for (const what of unjudged(acl?.inputs.rules ?? [])) {
      cloud.runtime.note(
        `the web ACL ${acl?.outputs.name} lets through what only ${what} would block, which is not evaluated`,
      );
    }
    cloud.table(firewalls).set(inputs.resourceArn, (request) => {
      const found = cloud.findBy(webAcl, 'arn', inputs.webAclArn);
      return found && judgeRequest(found.inputs, request);
    });
  },
  delete: ({ inputs, cloud }) => {
    cloud.table(firewalls).delete(inputs.resourceArn);
    return 'gone';
  },
});
