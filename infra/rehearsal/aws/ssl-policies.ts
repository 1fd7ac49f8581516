/** Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html */
const tls13 = ['1-0', '1-1', '1-2', '1-2-Ext1', '1-2-Ext2', '1-2-Res', '1-3'];
/** With key exchanges that withstand quantum computers. */
const postQuantum = ['1-0', '1-2', '1-2-Ext1', '1-2-Ext2', '1-2-Res', '1-3'];

export const sslPolicies: readonly string[] = [
  'ELBSecurityPolicy-2016-08',
  'ELBSecurityPolicy-FS-1-1-2019-08',
  'ELBSecurityPolicy-FS-1-2-2019-08',
  'ELBSecurityPolicy-FS-1-2-Res-2019-08',
  'ELBSecurityPolicy-FS-1-2-Res-2020-10',
  'ELBSecurityPolicy-FS-2018-06',
  'ELBSecurityPolicy-TLS-1-0-2015-04',
  'ELBSecurityPolicy-TLS-1-1-2017-01',
  'ELBSecurityPolicy-TLS-1-2-2017-01',
  'ELBSecurityPolicy-TLS-1-2-Ext-2018-06',
  ...tls13.map((version) => `ELBSecurityPolicy-TLS13-${version}-2021-06`),
  ...postQuantum.map((version) => `ELBSecurityPolicy-TLS13-${version}-PQ-2025-09`),
  ...['1-0', '1-1', '1-2', '1-2-Ext0', '1-2-Ext1', '1-2-Ext2', '1-2-Res', '1-3'].map(
    (version) => `ELBSecurityPolicy-TLS13-${version}-FIPS-2023-04`,
  ),
];
