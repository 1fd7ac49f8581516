import type { Entity } from '../cloud/cloud';
import { FailedInPlace, Refusal } from '../cloud/refusal';
import type { Lifecycle, Situation } from '../declare';
import { type Bag, isEqual, mapBag, markSecrets, revealBag, Secret, type Value } from '../protocol/values';
import { checkProperties } from '../typings/check-shape';
import {
  buildOutputs,
  buildSituation,
  countCreation,
  dropUndefined,
  entityOf,
  findingsOf,
  refuseFindings,
  type Subject,
} from './operations';

export type Outcome = { id: string; outputs: Bag; failedInPlace?: string };

export async function create(subject: Subject, marked: Bag): Promise<Outcome> {
  countCreation(subject);
  const situation = buildSituation(subject, marked);
  const { spec, cloud } = subject;
  const id = spec.id(situation);
  await applyRules(subject, { ...situation, id });
  // From here to the entity nothing waits, so that of two at once only one is made.
  refuseDouble(subject, situation);
  const outputs = buildOutputs(subject, situation, { id, ...spec.outputs({ ...situation, id }) });
  const entity = buildEntity(subject, situation, { id, outputs });
  if (!spec.stateOnly) cloud.add(entity, spec.isShared);
  noteUses(subject, situation, entity);
  try {
    await spec.create?.(lifecycleOf(subject, situation, entity));
  } catch (error) {
    if (error instanceof FailedInPlace) return { ...outcomeOf(subject, entity, marked), failedInPlace: error.message };
    cloud.remove(entity);
    throw error;
  } finally {
    cloud.clock.elapse(entity.createdAtMs, spec.seconds?.create ?? 0);
  }
  return outcomeOf(subject, entity, marked);
}

export async function update(subject: Subject, id: string, marked: Bag, state: Bag): Promise<Outcome> {
  const situation = buildSituation(subject, marked);
  const { spec, cloud } = subject;
  const entity = spec.stateOnly
    ? entityOfState(subject, situation, { id, state })
    : findExisting(subject, id, situation);
  const previous = { inputs: entity.inputs, outputs: entity.outputs };
  const startedAtMs = cloud.clock.now();
  await applyRules(subject, { ...situation, id, previous });
  const computed = spec.outputs({ ...situation, id, previous: previous.outputs });
  const kept = Object.entries(previous.outputs).filter(([key]) => subject.typings.outputs[key]?.required);
  entity.inputs = situation.inputs;
  entity.outputs = { ...Object.fromEntries(kept), ...buildOutputs(subject, situation, { id, ...computed }) };
  noteUses(subject, situation, entity);
  try {
    await spec.update?.({ ...lifecycleOf(subject, situation, entity), previous });
  } catch (error) {
    if (error instanceof FailedInPlace) return { ...outcomeOf(subject, entity, marked), failedInPlace: error.message };
    Object.assign(entity, previous);
    noteUses(subject, { ...situation, inputs: previous.inputs }, entity);
    throw error;
  } finally {
    cloud.clock.elapse(startedAtMs, spec.seconds?.update ?? 0);
  }
  return outcomeOf(subject, entity, marked);
}

/** Deleting what is gone already is no error, as in the providers. */
export async function remove(subject: Subject, id: string, marked: Bag, state: Bag): Promise<void> {
  const situation = buildSituation(subject, marked);
  const { spec, cloud } = subject;
  const entity = spec.stateOnly ? entityOfState(subject, situation, { id, state }) : entityOf(subject, id, situation);
  if (!entity) return;
  const startedAtMs = cloud.clock.now();
  const removal = { entity, cloud, config: subject.config, place: situation.place };
  const findings = subject.rules.flatMap((rule) =>
    rule.stage === 'delete' && rule.types.includes(spec.token) ? findingsOf(rule, rule.check(removal)) : [],
  );
  refuseFindings(subject, findings);
  const users = cloud.usersOf(entity);
  const refusal = users.length > 0 ? spec.inUse?.(entity, users) : undefined;
  if (refusal) throw new Refusal(`${spec.token} "${subject.name}": ${refusal}`);
  try {
    const fate = await spec.delete?.(lifecycleOf(subject, situation, entity));
    if (fate === 'kept') entity.abandoned = true;
    else cloud.remove(entity);
  } finally {
    cloud.clock.elapse(startedAtMs, spec.seconds?.delete ?? 0);
  }
}

export type ReadResult = { id: string; inputs: Bag; outputs: Bag };

/** What the cloud holds now; undefined when it is gone. Inputs keep their marks where they did not drift. */
export async function read(subject: Subject, id: string, marked: Bag, state: Bag): Promise<ReadResult | undefined> {
  const { spec } = subject;
  if (spec.stateOnly && !spec.read) return { id, inputs: marked, outputs: state };
  const situation = buildSituation(subject, marked);
  const entity = spec.stateOnly
    ? entityOfState(subject, situation, { id, state })
    : (entityOf(subject, id, situation) ?? lookUp(subject, id, situation));
  if (!entity || entity.abandoned) return undefined;
  await spec.read?.(lifecycleOf(subject, { ...situation, inputs: entity.inputs }, entity));
  const inputs = mapBag(entity.inputs, (value, key): Value => {
    const before = marked[key];
    return before !== undefined && isEqual(before, value) ? before : value;
  });
  const defaulted = marked.__defaults;
  return {
    id,
    inputs: { ...inputs, __defaults: defaulted ?? [] },
    outputs: markOutputs(subject, entity, marked),
  };
}

function buildEntity(subject: Subject, situation: Situation<Bag>, made: { id: string; outputs: Bag }): Entity {
  return {
    ...made,
    token: subject.spec.token,
    urn: subject.urn,
    name: subject.name,
    place: situation.place,
    createdAtMs: subject.cloud.clock.now(),
    inputs: situation.inputs,
    abandoned: false,
  };
}

function entityOfState(subject: Subject, situation: Situation<Bag>, { id, state }: { id: string; state: Bag }): Entity {
  return buildEntity(subject, situation, { id, outputs: revealBag(state) });
}

function lookUp(subject: Subject, id: string, situation: Situation<Bag>): Entity | undefined {
  const found = subject.spec.lookUp?.({ ...situation, id });
  if (!found) return undefined;
  const own = { ...situation, inputs: found.inputs };
  return buildEntity(subject, own, { id, outputs: buildOutputs(subject, own, found.outputs as Bag) });
}

function refuseDouble(subject: Subject, situation: Situation<Bag>): void {
  const { spec, cloud } = subject;
  const key = spec.unique?.(situation);
  if (key === undefined) return;
  const takenBy = cloud
    .list({ token: spec.token })
    .find((other) => spec.unique?.({ ...situation, inputs: other.inputs as Bag, place: other.place }) === key);
  if (!takenBy) return;
  throw new Refusal(`${spec.token} "${subject.name}": ${spec.exists?.(situation) ?? `${key} already exists`}`);
}

async function applyRules(
  subject: Subject,
  application: Situation<Bag> & { id: string; previous?: { inputs: Bag; outputs: Bag } },
): Promise<void> {
  const findings: string[] = [];
  for (const rule of subject.rules) {
    if (rule.stage !== 'apply' || !rule.types.includes(subject.spec.token)) continue;
    findings.push(...findingsOf(rule, await rule.check(application)));
  }
  refuseFindings(subject, findings);
}

function noteUses(subject: Subject, situation: Situation<Bag>, entity: Entity): void {
  const used = subject.spec.uses?.({ ...situation, id: entity.id }) ?? [];
  subject.cloud.noteUses(
    entity,
    used.filter((candidate) => candidate !== undefined),
  );
}

function lifecycleOf(subject: Subject, situation: Situation<Bag>, entity: Entity): Lifecycle<Bag, Bag> {
  return { ...situation, id: entity.id, entity, signal: subject.signal, log: subject.log };
}

function findExisting(subject: Subject, id: string, situation: Situation<Bag>): Entity {
  const entity = entityOf(subject, id, situation);
  if (!entity) throw new Refusal(`${subject.spec.token} "${subject.name}": ${id} does not exist`);
  return entity;
}

function outcomeOf(subject: Subject, entity: Entity, marked: Bag): Outcome {
  return { id: entity.id, outputs: markOutputs(subject, entity, marked) };
}

/** Secret outputs marked, and those of secret inputs; and the simulator held to the typings: all that is promised is there, in its shape. */
function markOutputs(subject: Subject, entity: Entity, marked: Bag): Bag {
  const { typings, spec } = subject;
  const outputs = dropUndefined(revealBag(entity.outputs));
  const promised = Object.fromEntries(
    Object.entries(typings.outputs).map(([key, property]) => [
      key,
      { ...property, required: property.required && key !== 'urn' && !(spec.writeOnly ?? []).includes(key) },
    ]),
  );
  const wrong = checkProperties(outputs, promised, typings.objects).filter(
    // Nested computed fields are the type's affair: the typings promise more of them than any cloud returns.
    (failure) => !/[.[]/.test(failure.path) || !failure.reason.startsWith('Missing'),
  );
  if (wrong.length > 0) {
    throw new Error(
      `the simulator of ${spec.token} is wrong about its outputs: ${wrong.map((failure) => failure.reason).join(' ')}`,
    );
  }
  const secret = new Set<string>(spec.secretOutputs ?? []);
  return mapBag(markSecrets(outputs, marked), (value, key) =>
    secret.has(key) && !(value instanceof Secret) ? new Secret(value) : value,
  );
}
