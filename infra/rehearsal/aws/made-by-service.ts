import type { Cloud, Entity, Place } from '../cloud/cloud';
import { createSeed } from '../cloud/seed';
import type { Lifecycle, ResourceType, WithId } from '../declare';
import { dropUndefined } from '../operations/operations';
import type { Bag } from '../protocol/values';

/**
 * What a service of AWS makes by itself, such as the load balancer of an Ingress: it is in the cloud as one of a program would be,
 * and keeps in use what it uses, but no program owns it.
 */
export async function makeByService<Args, Outputs>(
  cloud: Cloud,
  type: ResourceType<Args, Outputs>,
  { name, inputs, place }: { name: string; inputs: Args; place: Place },
): Promise<Entity<Args, Outputs>> {
  const { spec } = type;
  const given: Bag = { ...dropUndefined(spec.defaults ?? {}), ...(inputs as Bag) };
  const situation = situationOf(cloud, { name, inputs: given, place });
  const id = spec.id(situation);
  const entity: Entity = {
    token: type.token,
    id,
    urn: '',
    name,
    place,
    createdAtMs: cloud.clock.now(),
    inputs: given,
    outputs: { ...given, ...(spec.outputs({ ...situation, id }) as Bag) },
    abandoned: false,
  };
  cloud.add(entity);
  const used = spec.uses?.({ ...situation, id }) ?? [];
  cloud.noteUses(
    entity,
    used.filter((candidate) => candidate !== undefined),
  );
  await spec.create?.(lifecycleOf(cloud, entity));
  return entity as unknown as Entity<Args, Outputs>;
}

/** Takes it away again. */
export async function removeByService<Args, Outputs>(
  cloud: Cloud,
  type: ResourceType<Args, Outputs>,
  entity: Entity<Args, Outputs>,
): Promise<void> {
  const plain = entity as unknown as Entity;
  await type.spec.delete?.(lifecycleOf(cloud, plain));
  cloud.remove(plain);
}

function situationOf(cloud: Cloud, { name, inputs, place }: { name: string; inputs: Bag; place: Place }) {
  const seed = createSeed(`${name} ${JSON.stringify(place)} ${cloud.clock.now()}`);
  const config: Bag = { region: place.region ?? '' };
  return { urn: '', name, inputs, place, config, cloud, seed, isSecret: () => false };
}

function lifecycleOf(cloud: Cloud, entity: Entity): Lifecycle<Bag, Bag> {
  const situation: WithId<Bag> = { ...situationOf(cloud, entity), id: entity.id };
  return { ...situation, entity, signal: new AbortController().signal, log: () => {} };
}
