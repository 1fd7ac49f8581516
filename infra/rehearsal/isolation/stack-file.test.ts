import { parse } from 'yaml';
import { adaptStackFile } from './stack-file';

describe('adaptStackFile', () => {
  test('leaves out what binds the file to a real stack', () => {
    const { text, notes } = adaptStackFile('encryptionsalt: v1:a\nsecretsprovider: awskms://k\nencryptedkey: x\n', {});
    expect(parse(text)).toEqual({});
    expect(notes).toEqual(['left out encryptionsalt', 'left out secretsprovider', 'left out encryptedkey']);
  });

  test('lists secrets at any depth, with a generated value, and takes their ciphers out', () => {
    const { text, secrets } = adaptStackFile(
      'config:\n  a:plain: 1\n  a:token: {secure: v1:x}\n  a:list: [{key: {secure: v1:y}, name: n}]\n',
      {},
    );
    expect(parse(text)).toEqual({ config: { 'a:plain': 1, 'a:list': [{ name: 'n' }] } });
    expect(secrets.map(({ path }) => path)).toEqual(['a:token', 'a:list[0].key']);
    expect(secrets[0]?.value).toHaveLength(24);
  });

  test('makes up what is missing only, and says so', () => {
    const { text, notes } = adaptStackFile('config:\n  gcp:region: us-east1\n', {
      'gcp:project': 'made-up',
      'gcp:region': 'europe-west1',
    });
    expect(parse(text)).toEqual({ config: { 'gcp:region': 'us-east1', 'gcp:project': 'made-up' } });
    expect(notes).toEqual(['made up gcp:project: made-up']);
  });

  test('takes an empty file', () => {
    expect(parse(adaptStackFile('', { 'aws:region': 'eu-west-1' }).text)).toEqual({
      config: { 'aws:region': 'eu-west-1' },
    });
  });

  test('refuses what is no YAML', () => {
    expect(() => adaptStackFile('config: [', {})).toThrow('the stack file is no YAML');
  });
});
