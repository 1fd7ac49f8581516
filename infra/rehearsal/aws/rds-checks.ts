/** What RDS refuses of single values. Each gives its words, or undefined. */

/** Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html */
export function refuseIdentifier(property: string, identifier: string | undefined, longest = 63): string | undefined {
  if (identifier === undefined) return undefined;
  const isRight = /^[a-z](?:-?[a-z0-9])*$/.test(identifier) && identifier.length <= longest;
  return isRight
    ? undefined
    : `invalid value for ${property}: must be 1 to ${longest} lower-case letters, digits and hyphens, begin with a letter, and have no two hyphens together nor one at the end`;
}

export function refuseName(property: string, name: string | undefined): string | undefined {
  if (name === undefined || /^[A-Za-z]\w{0,62}$/.test(name)) return undefined;
  return `InvalidParameterValue: ${property} must begin with a letter and contain only alphanumeric characters and underscores, 1 to 63 of them.`;
}

/** What the engine and RDS keep for themselves. Source: https://www.postgresql.org/docs/current/sql-keywords-appendix.html */
const reservedUsers = new Set(
  [
    'admin rdsadmin rds_superuser rds_replication rds_password rds_iam rdsrepladmin rdstopmgr public none',
    'all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create',
    'current_catalog current_date current_role current_time current_timestamp current_user default deferrable desc distinct',
    'do else end except false fetch for foreign from grant group having in initially intersect into lateral leading limit',
    'localtime localtimestamp not null offset on only or order placing primary references returning select session_user some',
    'symmetric table then to trailing true union unique user using variadic when where window with',
  ].flatMap((line) => line.split(' ')),
);

export function refuseUser(property: string, user: string | undefined): string | undefined {
  if (user === undefined) return undefined;
  if (!/^[A-Za-z]\w{0,62}$/.test(user)) {
    return `InvalidParameterValue: The parameter MasterUsername must begin with a letter and contain only alphanumeric characters and underscores, 1 to 63 of them (${property})`;
  }
  return reservedUsers.has(user.toLowerCase()) || user.toLowerCase().startsWith('pg_')
    ? `InvalidParameterValue: MasterUsername ${user} cannot be used as it is a reserved word used by the engine (${property})`
    : undefined;
}

/** Never shows the password. */
export function refusePassword(property: string, password: string | undefined): string | undefined {
  if (password === undefined) return undefined;
  if (password.length < 8 || password.length > 128) {
    return `InvalidParameterValue: The parameter MasterUserPassword is not a valid password because it is shorter than 8 or longer than 128 characters. (${property})`;
  }
  return /^[\x21-\x7e]+$/.test(password) && !/["/@]/.test(password)
    ? undefined
    : `InvalidParameterValue: The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides '/', '@', '"', ' ' may be used. (${property})`;
}

/** The last minor version that can have come out by now, generously, by major version. */
const lastMinors: Readonly<Record<string, number>> = { 11: 22, 12: 22, 13: 24, 14: 24, 15: 20, 16: 16, 17: 12, 18: 8 };

/** Source: https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-versions.html */
export function refuseVersion(engine: string, version: string | undefined): string | undefined {
  if (version === undefined) return undefined;
  const [, major = '', minor] = /^(\d+)(?:\.(\d+))?(?:-(?:R|rds\.)\w+)?$/.exec(version) ?? [];
  const last = lastMinors[major];
  const exists = last !== undefined && (minor === undefined || (Number(minor) >= 1 && Number(minor) <= last));
  return exists
    ? undefined
    : `InvalidParameterCombination: Cannot find version ${version} for ${engine} (engineVersion)`;
}

/** The newest minor version that a bare major one stands for. */
export function actualVersion(version = '17'): string {
  if (version.includes('.')) return version;
  const typical: Readonly<Record<string, string>> = { 14: '14.20', 15: '15.15', 16: '16.11', 17: '17.7', 18: '18.1' };
  return typical[version] ?? `${version}.22`;
}

export function majorOf(version: string | undefined): string {
  return (version ?? '17').split('.')[0] ?? '';
}

const burstable = 'micro|small|medium|large|xlarge|2xlarge';
const classPattern = new RegExp(
  `^db\\.(?:t[234]g?\\.(?:${burstable})|(?:[mrxz]\\d[a-z]*|c6gd)\\.(?:medium|large|\\d*xlarge|metal))$`,
);

/** Families come and go: what is refused here has a form that no class ever had. */
export function refuseClass(instanceClass: string, { serverless }: { serverless: boolean }): string | undefined {
  if (instanceClass === 'db.serverless' ? serverless : classPattern.test(instanceClass)) return undefined;
  return `InvalidParameterValue: Invalid DB Instance class: ${instanceClass} (instanceClass; such as db.t4g.micro, db.m7g.large)`;
}

/** Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html */
export function refuseStorage(storage: {
  type: string;
  gib: number | undefined;
  maxGib: number | undefined;
  iops: number | undefined;
}): string | undefined {
  const { type, gib, maxGib, iops } = storage;
  const [least, most] = {
    gp2: [20, 65_536],
    gp3: [20, 65_536],
    io1: [100, 65_536],
    io2: [100, 65_536],
    standard: [5, 3_072],
  }[type] ?? [undefined, undefined];
  if (least === undefined || most === undefined) {
    return `InvalidParameterValue: Invalid storage type: ${type} (storageType must be gp2, gp3, io1, io2 or standard)`;
  }
  if (gib === undefined) return 'InvalidParameterCombination: AllocatedStorage must be provided (allocatedStorage)';
  if (!Number.isInteger(gib) || gib < least || gib > most) {
    return `InvalidParameterValue: Invalid storage size for engine name postgres and storage type ${type}: ${gib} (allocatedStorage must be ${least} to ${most})`;
  }
  if (maxGib !== undefined && maxGib !== 0 && maxGib < gib) {
    return 'InvalidParameterCombination: Max storage size must be greater than storage size (maxAllocatedStorage, allocatedStorage)';
  }
  if (type === 'gp3' && iops !== undefined && gib < 400) {
    return "InvalidParameterCombination: You can't specify IOPS or storage throughput for engine postgres and a storage size less than 400. (iops)";
  }
  return type.startsWith('io') && iops === undefined
    ? `InvalidParameterCombination: IOPS must be provided for storage type ${type} (iops)`
    : undefined;
}
