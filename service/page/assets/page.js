import { startCollection } from './page-collection.js';
import { createWriter } from './page-form.js';
import { startHealth } from './page-health.js';
import { startKey } from './page-key.js';
import { compareCodePoints } from './page-rows.js';

const byId = { keyOf: (record) => record.id, compare: (left, right) => left - right };

const beers = startCollection(document.querySelector('#beers'), {
  path: '/beers',
  nouns: ['beer', 'beers'],
  emptyWords: 'Nothing is on tap yet. Add the first beer, or start with the samples.',
  rows: { ...byId, cells: ({ name, style, abv }) => [name, style, abv] },
  form: { toBody: withoutEmpty },
  recordOf: (beer) => beer,
  savedWords: (beer) => `Added ${beer.name}.`,
});

const users = startCollection(document.querySelector('#users'), {
  path: '/users',
  nouns: ['user', 'users'],
  emptyWords: 'Nobody is here yet. Add the first user.',
  rows: { ...byId, cells: ({ name, email }) => [name, email] },
  form: {
    check: { email: (email) => (isEmail(email) ? '' : 'Enter an address such as ada@example.com.') },
    fieldOf: { email_taken: 'email' },
  },
  recordOf: (user) => user,
  savedWords: (user) => `Added ${user.name}.`,
});

const data = startCollection(document.querySelector('#data'), {
  path: '/data',
  nouns: ['record', 'records'],
  emptyWords: 'No records yet. Save the first one.',
  rows: { keyOf: (record) => record.key, compare: compareCodePoints, cells: ({ key, value }) => [key, value] },
  form: { isExact: true },
  recordOf: ({ key, value }) => ({ key, value }),
  savedWords: ({ message }) => message,
});

const collections = [beers, users, data];

function startSeeding() {
  const form = document.querySelector('#beers form');
  const write = createWriter(form);
  form.querySelector('#seed').addEventListener('click', async () => {
    const error = await write('/beers/seed', undefined, ({ message, inserted }) => {
      if (inserted > 0) beers.load();
      return message;
    });
    if (error !== undefined) write.fail(error.message);
  });
}

function withoutEmpty(values) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
}

/** A first look, so that a slip is told at once; the service decides. */
function isEmail(text) {
  return /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(text);
}

startKey();
startSeeding();
startHealth(() => {
  for (const collection of collections) collection.loadIfMissing();
});
for (const collection of collections) collection.load();
