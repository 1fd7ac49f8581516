import { certificate } from './certificate';
import { listenerCertificate } from './certificate-names';
import { certificateRules } from './certificate-rules';
import { certificateValidation } from './certificate-validation';
import { hostedZone, hostedZoneFunctions } from './hosted-zones';
import { listener } from './listener';
import { listenerActionRules } from './listener-action-rules';
import { listenerRule } from './listener-rule';
import { listenerRuleRules } from './listener-rule-rules';
import { listenerRules } from './listener-rules';
import { loadBalancer } from './load-balancer';
import { loadBalancerRules } from './load-balancer-rules';
import { recordRules } from './record-rules';
import { dnsRecord } from './records';
import { targetGroup } from './target-group';
import { targetGroupRules } from './target-group-rules';
import { webAcl, webAclAssociation } from './web-acl';
import { webAclRules } from './web-acl-rules';

/** Application load balancers with what stands before them: names, certificates and firewalls. */
export const loadBalancing = {
  resources: [
    loadBalancer,
    targetGroup,
    listener,
    listenerRule,
    listenerCertificate,
    certificate,
    certificateValidation,
    hostedZone,
    dnsRecord,
    webAcl,
    webAclAssociation,
  ],
  functions: hostedZoneFunctions,
  rules: [
    ...loadBalancerRules,
    ...targetGroupRules,
    ...listenerRules,
    ...listenerActionRules,
    ...listenerRuleRules,
    ...certificateRules,
    ...recordRules,
    ...webAclRules,
  ],
};
