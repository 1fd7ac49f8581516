import { autoname } from './autoname';

const request = { resourceName: 'Orders', inputs: {}, seed: Buffer.from('seed') };

describe('autoname', () => {
  test('adds seven hexadecimal digits, the same for the same seed', () => {
    const name = autoname({ maxLength: 80 }, request);
    expect(name).toMatch(/^Orders-[0-9a-f]{7}$/);
    expect(autoname({ maxLength: 80 }, request)).toBe(name);
    expect(autoname({ maxLength: 80 }, { ...request, seed: Buffer.from('other') })).not.toBe(name);
  });

  test('lowers letters and adds an ending where the type has it so', () => {
    expect(autoname({ maxLength: 80, letters: 'lower', ending: () => '.fifo' }, request)).toMatch(
      /^orders-[0-9a-f]{7}\.fifo$/,
    );
  });

  test('refuses to cut a name that is too long', () => {
    expect(() => autoname({ maxLength: 13 }, request)).toThrow(
      "name 'Orders-' plus 7 random chars is longer than maximum length 13",
    );
  });

  test('follows the autonaming setting of the stack', () => {
    const wish = (mode: 'propose' | 'enforce' | 'disable') => ({ ...request, wish: { proposedName: 'Wanted', mode } });
    expect(autoname({ maxLength: 80, letters: 'lower' }, wish('propose'))).toBe('wanted');
    expect(autoname({ maxLength: 80, letters: 'lower' }, wish('enforce'))).toBe('Wanted');
    expect(() => autoname({ maxLength: 80 }, wish('disable'))).toThrow('automatic naming is disabled');
  });
});
