import { policy, role, rolePolicy, rolePolicyAttachment } from './iam';
import { getPolicyDocument } from './iam-policy-document';
import { iamRules } from './iam-rules';

export const iamSimulation = {
  resources: [role, rolePolicy, policy, rolePolicyAttachment],
  functions: [getPolicyDocument],
  rules: iamRules,
};
