import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { CachedText } from './cached-text';

describe('CachedText', () => {
  test('has a weak tag that tells its text from others', () => {
    expect(new CachedText('[]').etag).toMatch(/^W\/"[\w-]{20,}"$/);
    expect(new CachedText('[]').etag).toBe(new CachedText('[]').etag);
    expect(new CachedText('[]').etag).not.toBe(new CachedText('[1]').etag);
  });

  test('compresses once, however many ask', async () => {
    const text = JSON.stringify(Array.from({ length: 500 }, (_, n) => `🍺 ${n}`));
    const cached = new CachedText(text);
    expect(cached.encoded('gzip')).toBe(cached.encoded('gzip'));
    expect(gunzipSync(await cached.encoded('gzip')).toString()).toBe(text);
    expect(brotliDecompressSync(await cached.encoded('br')).toString()).toBe(text);
  });
});
