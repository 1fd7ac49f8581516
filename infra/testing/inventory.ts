import { stringify } from 'yaml';
import { type MockedResource, Secret } from './mock-clouds';

/** The resources of a stack as text for a reviewer: by component, then type and name, each with its inputs. */
export function describeInventory(resources: readonly MockedResource[]): string {
  const components = [...new Set(resources.map(({ options }) => nameOf(options.parent)))].sort();
  return components
    .map((component) => {
      const own = resources.filter(({ type, options }) => nameOf(options.parent) === component && !isComponent(type));
      return [`# ${component}`, ...own.map(describeResource).sort()].join('\n\n');
    })
    .join('\n\n');
}

function isComponent(type: string): boolean {
  return type.startsWith('taproom:');
}

function nameOf(urn: string): string {
  return urn === '' ? 'stack' : urn.split('::').slice(2).join(' ').replace('taproom:', '');
}

function describeResource({ type, name, inputs, options }: MockedResource): string {
  const flags = [
    options.protect && 'protect',
    options.retainOnDelete && 'retainOnDelete',
    options.deletedWith !== '' && `deletedWith ${options.deletedWith.split('::').at(-1)}`,
    options.deleteBeforeReplace && 'deleteBeforeReplace',
    options.replaceOnChanges.length > 0 && `replaceOnChanges ${options.replaceOnChanges}`,
    options.ignoreChanges.length > 0 && `ignoreChanges ${options.ignoreChanges}`,
  ].filter(Boolean);
  const lines = Object.entries(inputs)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `  ${describeInput(key, readable(value))}`);
  return [`${[type.replace(/\/[a-zA-Z]+:/, ':'), readable(name), ...flags].join(' ')}`, ...lines].join('\n');
}

function describeInput(key: string, value: unknown): string {
  const text = stringify({ [key]: value }, { lineWidth: 116 }).trimEnd();
  return text.replaceAll('\n', '\n  ');
}

/** Policies as objects, secrets hidden, digests short. */
function readable(value: unknown): unknown {
  if (value instanceof Secret) return '[secret]';
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, readable(entry)]));
  }
  if (typeof value !== 'string') return value;
  if (/^[[{]/.test(value)) return readable(JSON.parse(value));
  return value.replace(/sha256:([0-9a-f])[0-9a-f]{63}/g, 'sha256:$1...').replace(/content-[0-9a-f]{16}/, 'content-...');
}
