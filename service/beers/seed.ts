import type { BeersRepository } from './repository';
import type { SeedResult } from './schemas';

const sampleBeers = [
  { name: 'Sapporo Premium', style: 'Lager', abv: '5.0%' },
  { name: 'Kirin Ichiban', style: 'Pale Lager', abv: '5.0%' },
  { name: 'Yebisu', style: 'Premium Lager', abv: '5.5%' },
  { name: 'Asahi Super Dry', style: 'Dry Lager', abv: '5.2%' },
];

/** Adds the sample beers to a table without any. */
export async function seedBeers(repository: BeersRepository): Promise<SeedResult> {
  const inserted = await repository.seed(sampleBeers);
  return { message: inserted > 0 ? 'Database seeded with sample beers.' : 'Database already seeded.', inserted };
}
