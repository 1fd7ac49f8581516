import { type Cases, given, type StackCase } from '../stack-case';

const ingress = (inputs: object, others: readonly StackCase[] = []) =>
  given('aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule', { ipProtocol: 'tcp', ...inputs }, { others });
const everyone = '0.0.0.0/0';
const https = { cidrIpv4: everyone, fromPort: 443, toPort: 443, securityGroupId: 'sg-1' };
const balancer = given('aws:lb/loadBalancer:LoadBalancer', { securityGroups: ['sg-1'] });
const group = (rule: object) =>
  given('aws:ec2/securityGroup:SecurityGroup', { ingress: [{ protocol: 'tcp', ...rule }] });
const firewall = (inputs: Record<string, unknown>) => given('gcp:compute/firewall:Firewall', inputs);
const tcp = (...ports: string[]) => ({ allows: [{ protocol: 'tcp', ports }] });
const listener = (inputs: Record<string, unknown>) => given('aws:lb/listener:Listener', inputs);
const forward = { defaultActions: [{ type: 'forward' }] };
const ingressOf = (ports: string, spec: object = {}) =>
  given('kubernetes:networking.k8s.io/v1:Ingress', {
    metadata: { annotations: { 'alb.ingress.kubernetes.io/listen-ports': ports } },
    spec,
  });
const service = (spec: object) => given('kubernetes:core/v1:Service', { spec });
const api = (vpcConfig: object) => given('aws:eks/cluster:Cluster', { vpcConfig });

/** What the internet reaches, and how. */
export const exposureCases: Cases = {
  'aws-no-open-port': {
    fails: [
      ingress({ cidrIpv4: everyone, fromPort: 22, toPort: 22 }),
      ingress({ cidrIpv4: everyone, fromPort: 80, toPort: 443 }),
      ingress({ cidrIpv6: '::/0', fromPort: 5432, toPort: 5432 }),
      ingress({ cidrIpv4: everyone, ipProtocol: '-1' }),
      given('aws:ec2/securityGroupRule:SecurityGroupRule', {
        type: 'ingress',
        protocol: 'tcp',
        cidrBlocks: [everyone],
        fromPort: 6379,
        toPort: 6379,
      }),
    ],
    passes: [
      ingress(https),
      ingress({ cidrIpv4: '10.20.0.0/16', fromPort: 5432, toPort: 5432 }),
      ingress({ referencedSecurityGroupId: 'sg-2', fromPort: 5432, toPort: 5432 }),
      given('aws:ec2/securityGroupRule:SecurityGroupRule', { type: 'egress', protocol: '-1', cidrBlocks: [everyone] }),
    ],
  },
  'aws-only-balancers-open': {
    fails: [ingress(https), ingress({ ...https, securityGroupId: 'sg-2' }, [balancer])],
    passes: [
      ingress(https, [balancer]),
      ingress({ ...https, fromPort: 80, toPort: 80 }, [balancer]),
      ingress({ ...https, cidrIpv4: '10.0.0.0/8' }),
    ],
  },
  'aws-no-open-group': {
    fails: [group({ cidrBlocks: [everyone], fromPort: 22, toPort: 22 }), group({ ipv6CidrBlocks: ['::/0'] })],
    passes: [group({ cidrBlocks: [everyone], fromPort: 443, toPort: 443 }), group({ cidrBlocks: ['10.0.0.0/8'] })],
  },
  'gcp-no-open-firewall': {
    fails: [
      firewall({ sourceRanges: [everyone], ...tcp('22') }),
      firewall({ sourceRanges: ['::/0'], ...tcp('443', '5432') }),
      firewall({ sourceRanges: [everyone], allows: [{ protocol: 'all' }] }),
      firewall(tcp('5432')),
    ],
    passes: [
      firewall({ sourceRanges: [everyone], ...tcp('80', '443') }),
      firewall({ sourceRanges: ['10.0.0.0/8'], ...tcp('5432') }),
      firewall({ sourceTags: ['web'], ...tcp('5432') }),
      firewall({ direction: 'EGRESS', ...tcp('5432') }),
    ],
  },
  'docker-loopback-only': {
    fails: [
      given('docker:index/container:Container', { ports: [{ internal: 8080, external: 8080 }] }),
      given('docker:index/container:Container', { ports: [{ internal: 8080, ip: '0.0.0.0' }] }),
    ],
    passes: [
      given('docker:index/container:Container', { ports: [{ internal: 8080, ip: '127.0.0.1' }] }),
      given('docker:index/container:Container', {}),
    ],
  },
  'kubernetes-no-open-service': {
    fails: [
      service({ type: 'LoadBalancer', ports: [{ port: 5432 }] }),
      service({ type: 'LoadBalancer', ports: [{ port: 6379 }], loadBalancerSourceRanges: [everyone] }),
    ],
    passes: [
      service({ type: 'LoadBalancer', ports: [{ port: 443 }] }),
      service({ type: 'LoadBalancer', ports: [{ port: 5432 }], loadBalancerSourceRanges: ['10.0.0.0/8'] }),
      service({ type: 'ClusterIP', ports: [{ port: 5432 }] }),
    ],
  },
  'eks-api-for-known-ranges': {
    fails: [api({ publicAccessCidrs: [everyone] }), api({})],
    passes: [api({ publicAccessCidrs: ['203.0.113.0/24'] }), api({ endpointPublicAccess: false })],
  },
  'load-balancer-https': {
    fails: [listener({ protocol: 'HTTP', ...forward })],
    passes: [
      listener({ protocol: 'HTTPS', ...forward }),
      listener({ protocol: 'HTTP', defaultActions: [{ type: 'redirect' }] }),
    ],
  },
  'ingress-https': {
    fails: [ingressOf('[{"HTTP":80}]'), given('kubernetes:networking.k8s.io/v1:Ingress', {})],
    passes: [ingressOf('[{"HTTP":80},{"HTTPS":443}]'), ingressOf('[{"HTTP":80}]', { tls: [{ secretName: 'tls' }] })],
  },
};
