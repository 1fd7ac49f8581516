import { inputRule } from '../rules';
import { certificate, namesOf } from './certificate';

const namePattern = /^(\*\.)?(((?!-)[A-Za-z0-9-]{0,62}[A-Za-z0-9])\.)+((?!-)[A-Za-z0-9-]{1,62}[A-Za-z0-9])$/;

export const certificateRules = [
  inputRule({
    id: 'aws.acm.domain-name',
    refuses: 'A certificate without a domain name, with one that is none, or with a first name above 64 characters.',
    source: 'https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html',
    types: certificate,
    check: ({ inputs }) => {
      if (inputs.domainName === undefined) return 'one of `domainName,privateKey` must be specified (domainName)';
      const wrong = namesOf(inputs).filter((name) => !namePattern.test(name) || name.length > 253);
      if (wrong.length > 0) {
        return `ValidationException: Value '${wrong.join(', ')}' failed to satisfy constraint: Member must satisfy regular expression pattern: a domain name, with or without "*." before it (domainName, subjectAlternativeNames)`;
      }
      return inputs.domainName.length > 64
        ? `InvalidDomainValidationOptionsException: The first domain name can be no longer than 64 characters (domainName has ${inputs.domainName.length})`
        : undefined;
    },
  }),
  inputRule({
    id: 'aws.acm.names',
    refuses: 'A certificate for more than 10 names, which is the quota without a wish for more.',
    source: 'https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html',
    types: certificate,
    check: ({ inputs }) =>
      namesOf(inputs).length > 10
        ? `LimitExceededException: A certificate can have at most 10 domain names (subjectAlternativeNames)`
        : undefined,
  }),
  inputRule({
    id: 'aws.acm.validation-method',
    refuses: 'A validation by anything but DNS or email; one by email cannot be rehearsed.',
    source: 'https://docs.aws.amazon.com/acm/latest/userguide/domain-ownership-validation.html',
    types: certificate,
    check: ({ inputs }) => {
      const { validationMethod } = inputs;
      if (validationMethod === 'DNS') return undefined;
      return validationMethod === 'EMAIL' || validationMethod === 'HTTP'
        ? `not simulated: certificates that are validated by ${validationMethod} (validationMethod)`
        : `expected validationMethod to be one of ["DNS" "EMAIL" "HTTP"], got ${validationMethod ?? 'none'}`;
    },
  }),
];
