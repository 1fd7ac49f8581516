import { type PolicyRule, valueRule } from './policy-rule';
import { parseDocument, readPath, recordOf, recordsOf } from './read-inputs';

const memorystore = ['gcp:redis/instance:Instance'];
const replicationGroup = ['aws:elasticache/replicationGroup:ReplicationGroup'];

/** Connections that others could read, and stores that let in whoever reaches them. */
export const encryptionInTransit: readonly PolicyRule[] = [
  {
    id: 'rds-tls-only',
    forbids: 'Postgres on RDS must take no connection without TLS.',
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html',
    level: 'mandatory',
    types: ['aws:rds/parameterGroup:ParameterGroup', 'aws:rds/clusterParameterGroup:ClusterParameterGroup'],
    check: ({ inputs: { family, parameters } }) => {
      if (!String(family).includes('postgres')) return [];
      const isForced = recordsOf(parameters).some(
        ({ name, value }) => name === 'rds.force_ssl' && String(value) === '1',
      );
      return isForced ? [] : [{ property: 'parameters', must: 'have rds.force_ssl with the value 1' }];
    },
  },
  valueRule({
    id: 'cloud-sql-tls-only',
    forbids: 'Cloud SQL must take no connection without TLS.',
    source: 'https://cloud.google.com/sql/docs/postgres/configure-ssl-instance',
    types: ['gcp:sql/databaseInstance:DatabaseInstance'],
    property: 'settings.ipConfiguration.sslMode',
    allowed: ['ENCRYPTED_ONLY', 'TRUSTED_CLIENT_CERTIFICATE_REQUIRED'],
  }),
  valueRule({
    id: 'elasticache-tls',
    forbids: 'A cache must take no connection without TLS.',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption.html',
    types: replicationGroup,
    property: 'transitEncryptionEnabled',
    allowed: [true],
  }),
  valueRule({
    id: 'elasticache-tls-only',
    forbids: 'A cache must not take connections with and without TLS.',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption.html',
    types: replicationGroup,
    property: 'transitEncryptionMode',
    allowed: ['required', undefined],
  }),
  {
    id: 'elasticache-authenticated',
    forbids: 'A cache must ask who connects.',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html',
    level: 'mandatory',
    types: replicationGroup,
    check: ({ inputs: { authToken, userGroupIds } }) =>
      authToken !== undefined || recordsOf(userGroupIds).length > 0
        ? []
        : [{ property: 'authToken', must: 'be set, or userGroupIds' }],
  },
  valueRule({
    id: 'memorystore-tls',
    forbids: 'A cache must take no connection without TLS.',
    source: 'https://cloud.google.com/memorystore/docs/redis/about-in-transit-encryption',
    types: memorystore,
    property: 'transitEncryptionMode',
    allowed: ['SERVER_AUTHENTICATION'],
  }),
  valueRule({
    id: 'memorystore-authenticated',
    forbids: 'A cache must ask who connects.',
    source: 'https://cloud.google.com/memorystore/docs/redis/about-redis-auth',
    types: memorystore,
    property: 'authEnabled',
    allowed: [true],
  }),
  {
    id: 'load-balancer-https',
    // Without a domain of one's own there is no certificate to be had.
    forbids: 'A load balancer should send plain HTTP on to HTTPS: the API key travels in it.',
    source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/create-https-listener.html',
    level: 'advisory',
    types: ['aws:lb/listener:Listener'],
    check: ({ inputs: { protocol, defaultActions } }) =>
      protocol === 'HTTP' && recordsOf(defaultActions).some(({ type }) => type !== 'redirect')
        ? [{ property: 'protocol', must: 'be HTTPS, or the action a redirect: set taproom:domain.aws' }]
        : [],
  },
  {
    id: 'ingress-https',
    forbids: 'An ingress should answer by HTTPS: the API key travels in its requests.',
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-alb.html',
    level: 'advisory',
    types: ['kubernetes:networking.k8s.io/v1:Ingress'],
    check: ({ inputs }) => {
      const ports = recordOf(readPath(inputs, 'metadata.annotations'))['alb.ingress.kubernetes.io/listen-ports'];
      const isSecure = recordsOf(parseDocument(ports)).some((port) => 'HTTPS' in port);
      return isSecure || recordsOf(readPath(inputs, 'spec.tls')).length > 0
        ? []
        : [{ property: 'metadata.annotations', must: 'have HTTPS among its ports: set taproom:domain.aws' }];
    },
  },
];
