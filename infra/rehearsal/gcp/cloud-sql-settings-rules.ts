import { inputRule, type Rule } from '../rules';
import { databaseInstance, editionOf } from './cloud-sql-instance';
import { googleError } from './google-error';

const settingsReference = 'https://docs.cloud.google.com/sql/docs/postgres/instance-settings';

/** What Cloud SQL refuses in an instance's settings. */
export const sqlSettingsRules: readonly Rule[] = [
  inputRule({
    id: 'gcp.sql.edition-tier',
    refuses:
      'Tiers of the other edition: from Postgres 16 on the default edition is ENTERPRISE_PLUS, which has no shared-core and no db-custom tier.',
    source: 'https://docs.cloud.google.com/sql/docs/postgres/editions-intro',
    types: databaseInstance,
    check: ({ inputs }) => {
      const tier = inputs.settings?.tier;
      if (tier === undefined || !inputs.databaseVersion.startsWith('POSTGRES_')) return undefined;
      const edition = editionOf(inputs);
      const isPlusTier = /^db-(perf-optimized-N-\d+|c4a-highmem-\d+(-lssd)?|memory-optimized-N-\d+)$/i.test(tier);
      const isEnterpriseTier = /^db-(f1-micro|g1-small|custom-.+|c4a-.+|n4-.+|standard-.+)$/i.test(tier);
      const fits = edition === 'ENTERPRISE_PLUS' ? isPlusTier : !isPlusTier || isEnterpriseTier;
      return fits
        ? undefined
        : googleError(
            400,
            `Invalid request: Invalid Tier (${tier}) for (${edition}) Edition. Use a predefined Tier like db-perf-optimized-N-* instead, or set settings.edition to the other of ENTERPRISE and ENTERPRISE_PLUS.`,
            'invalid',
          );
    },
  }),
  inputRule({
    id: 'gcp.sql.edition',
    refuses: 'Editions other than ENTERPRISE and ENTERPRISE_PLUS, and ENTERPRISE_PLUS before Postgres 12.',
    source: 'https://docs.cloud.google.com/sql/docs/postgres/editions-intro',
    types: databaseInstance,
    check: ({ inputs }) => {
      const edition = inputs.settings?.edition;
      if (edition === undefined) return undefined;
      if (!['ENTERPRISE', 'ENTERPRISE_PLUS'].includes(edition))
        return `settings.edition must be one of ENTERPRISE, ENTERPRISE_PLUS, not ${edition}`;
      const isOld = /^POSTGRES_(9_6|10|11)$/.test(inputs.databaseVersion);
      return edition === 'ENTERPRISE_PLUS' && isOld
        ? `settings.edition ENTERPRISE_PLUS needs POSTGRES_12 or later`
        : undefined;
    },
  }),
  inputRule({
    id: 'gcp.sql.custom-tier',
    refuses:
      'Custom tiers that do not exist: 1 or an even number of vCPU up to 96, 0.9 to 6.5 GiB each, at least 3.75 GiB, in steps of 256 MiB.',
    source: 'https://docs.cloud.google.com/sql/docs/postgres/create-instance#machine-types',
    types: databaseInstance,
    check: ({ inputs }) => {
      const [, cpuText, memoryText] = /^db-custom-(\d+)-(\d+)$/.exec(inputs.settings?.tier ?? '') ?? [];
      if (cpuText === undefined || memoryText === undefined) return undefined;
      const [cpu, memoryMiB] = [Number(cpuText), Number(memoryText)];
      const hasCpu = cpu === 1 || (cpu % 2 === 0 && cpu >= 2 && cpu <= 96);
      const hasMemory =
        memoryMiB % 256 === 0 && memoryMiB >= 3_840 && memoryMiB >= cpu * 921.6 && memoryMiB <= cpu * 6_656;
      return hasCpu && hasMemory
        ? undefined
        : googleError(
            400,
            `Invalid request: Invalid Tier (${inputs.settings?.tier}): 1 or an even number of vCPU up to 96, memory a multiple of 256 MiB, at least 3840 MiB, 0.9 to 6.5 GiB per vCPU`,
            'invalid',
          );
    },
  }),
  inputRule({
    id: 'gcp.sql.regional-backups',
    refuses: 'availabilityType REGIONAL without backups and point-in-time recovery.',
    source: 'https://docs.cloud.google.com/sql/docs/postgres/configure-ha',
    types: databaseInstance,
    check: ({ inputs }) => {
      const { availabilityType, backupConfiguration } = inputs.settings ?? {};
      if (availabilityType !== undefined && !['REGIONAL', 'ZONAL'].includes(availabilityType))
        return `settings.availabilityType must be REGIONAL or ZONAL, not ${availabilityType}`;
      if (availabilityType !== 'REGIONAL' || inputs.masterInstanceName !== undefined) return undefined;
      return backupConfiguration?.enabled === true && backupConfiguration.pointInTimeRecoveryEnabled === true
        ? undefined
        : 'settings.backupConfiguration: enabled and pointInTimeRecoveryEnabled must be true when settings.availabilityType is REGIONAL';
    },
  }),
  inputRule({
    id: 'gcp.sql.pitr-backups',
    refuses: 'Point-in-time recovery without backups, and settings of it out of range.',
    source: 'https://docs.cloud.google.com/sql/docs/postgres/backup-recovery/pitr',
    types: databaseInstance,
    check: ({ inputs }) => {
      const backup = inputs.settings?.backupConfiguration;
      const days = backup?.transactionLogRetentionDays;
      const mostDays = editionOf(inputs) === 'ENTERPRISE_PLUS' ? 35 : 7;
      const retained = backup?.backupRetentionSettings?.retainedBackups;
      return [
        ...(backup?.pointInTimeRecoveryEnabled && !backup.enabled
          ? ['settings.backupConfiguration.enabled must be true when pointInTimeRecoveryEnabled is']
          : []),
        ...(days !== undefined && (days < 1 || days > mostDays)
          ? [`settings.backupConfiguration.transactionLogRetentionDays must be 1 to ${mostDays}`]
          : []),
        ...(retained !== undefined && (retained < 1 || retained > 365)
          ? ['settings.backupConfiguration.backupRetentionSettings.retainedBackups must be 1 to 365']
          : []),
      ];
    },
  }),
  inputRule({
    id: 'gcp.sql.some-address',
    refuses: 'An instance that is neither public nor private.',
    source: 'https://docs.cloud.google.com/sql/docs/postgres/configure-private-ip',
    types: databaseInstance,
    check: ({ inputs }) => {
      const ip = inputs.settings?.ipConfiguration;
      return ip?.ipv4Enabled === false && ip.privateNetwork === undefined && (ip.pscConfigs ?? []).length === 0
        ? googleError(
            400,
            'Invalid request: At least one of Public IP or Private IP or PSC connectivity must be enabled: set settings.ipConfiguration.privateNetwork.',
            'invalid',
          )
        : undefined;
    },
  }),
  inputRule({
    id: 'gcp.sql.ssl-mode',
    refuses: 'TLS modes and server CA modes that Cloud SQL does not know.',
    source: 'https://docs.cloud.google.com/sql/docs/postgres/admin-api/rest/v1beta4/instances#sslmode',
    types: databaseInstance,
    check: ({ inputs }) => {
      const ip = inputs.settings?.ipConfiguration;
      const sslModes = ['ALLOW_UNENCRYPTED_AND_ENCRYPTED', 'ENCRYPTED_ONLY', 'TRUSTED_CLIENT_CERTIFICATE_REQUIRED'];
      const caModes = ['GOOGLE_MANAGED_INTERNAL_CA', 'GOOGLE_MANAGED_CAS_CA', 'CUSTOMER_MANAGED_CAS_CA'];
      return [
        ...(ip?.sslMode !== undefined && !sslModes.includes(ip.sslMode)
          ? [`settings.ipConfiguration.sslMode must be one of ${sslModes.join(', ')}`]
          : []),
        ...(ip?.serverCaMode !== undefined && !caModes.includes(ip.serverCaMode)
          ? [`settings.ipConfiguration.serverCaMode must be one of ${caModes.join(', ')}`]
          : []),
      ];
    },
  }),
  inputRule({
    id: 'gcp.sql.disk',
    refuses: 'Disks of less than 10 GB or more than 65536, and types that do not exist.',
    source: settingsReference,
    types: databaseInstance,
    check: ({ inputs }) => {
      const { diskSize, diskType } = inputs.settings ?? {};
      const types = ['PD_SSD', 'PD_HDD', 'HYPERDISK_BALANCED'];
      return [
        ...(diskSize !== undefined && (diskSize < 10 || diskSize > 65_536)
          ? ['settings.diskSize must be 10 to 65536']
          : []),
        ...(diskType !== undefined && !types.includes(diskType)
          ? [`settings.diskType must be one of ${types.join(', ')}`]
          : []),
      ];
    },
  }),
  inputRule({
    id: 'gcp.policy.public-database',
    refuses: 'A database that everybody on the internet may connect to.',
    source: 'https://docs.cloud.google.com/sql/docs/postgres/authorize-networks',
    types: databaseInstance,
    check: ({ inputs }) => {
      const ip = inputs.settings?.ipConfiguration;
      const isOpen = (ip?.authorizedNetworks ?? []).some(({ value }) => /\/0$/.test(value));
      return ip?.ipv4Enabled !== false && isOpen
        ? 'settings.ipConfiguration.authorizedNetworks must not hold 0.0.0.0/0'
        : undefined;
    },
  }),
  inputRule({
    id: 'gcp.policy.unencrypted-database',
    refuses: 'A database that takes passwords and rows without TLS, as it does by default.',
    source: 'https://docs.cloud.google.com/sql/docs/postgres/configure-ssl-instance#enforcing-ssl',
    types: databaseInstance,
    check: ({ inputs }) =>
      ['ENCRYPTED_ONLY', 'TRUSTED_CLIENT_CERTIFICATE_REQUIRED'].includes(
        inputs.settings?.ipConfiguration?.sslMode ?? '',
      )
        ? undefined
        : 'settings.ipConfiguration.sslMode must be ENCRYPTED_ONLY or TRUSTED_CLIENT_CERTIFICATE_REQUIRED',
  }),
  inputRule({
    id: 'gcp.policy.protected-without-backups',
    refuses: 'A database that is protected from deletion in the API but has no backups.',
    source: 'https://docs.cloud.google.com/sql/docs/postgres/backup-recovery/backups',
    types: databaseInstance,
    check: ({ inputs }) =>
      inputs.settings?.deletionProtectionEnabled === true && inputs.settings.backupConfiguration?.enabled !== true
        ? 'settings.backupConfiguration.enabled must be true when settings.deletionProtectionEnabled is'
        : undefined,
  }),
];
