import { parseRuntimeOptions, readProjectFile } from './project-file';

describe('parseRuntimeOptions', () => {
  test('reads the options of a program that brings its own loader', () => {
    const file = 'runtime:\n  name: nodejs\n  options:\n    typescript: false\n    nodeargs: --import tsx\n';
    expect(parseRuntimeOptions(file)).toEqual({ typescript: false, nodeargs: '--import tsx', tsconfig: '' });
  });

  test('has TypeScript on when nothing is said, as the engine does', () => {
    expect(parseRuntimeOptions('runtime: nodejs\n').typescript).toBe(true);
  });

  test('refuses another language', () => {
    expect(() => parseRuntimeOptions('runtime: python\n')).toThrow(
      'runtime must be nodejs to be rehearsed, not python',
    );
  });
});

test('readProjectFile names a folder that is no project', async () => {
  await expect(readProjectFile(__dirname)).rejects.toThrow('is no Pulumi project');
});
