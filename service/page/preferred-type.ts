/** What `GET /` can answer with, by the media type of each. */
const answerTypes = ['application/json', 'text/html', 'text/plain'] as const;
export type AnswerType = (typeof answerTypes)[number];

/** How closely a range names an answer: both parts of it, the first, or none. */
type Specificity = 'exact' | 'type' | 'any';
type Weights = Record<AnswerType, Partial<Record<Specificity, number>>>;

/**
 * The answer that an `Accept` header wants: JSON or HTML where it prefers that to both others, else text. Of the ranges
 * that cover an answer the most specific counts, and of equal ones the heaviest. Parameters other than the weight are
 * ignored, and so is a range that cannot be read. Never throws.
 * https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1
 */
export function preferredType(accept: string | undefined): AnswerType {
  if (accept === undefined || accept === '*/*') return 'text/plain';
  const weights: Weights = { 'application/json': {}, 'text/html': {}, 'text/plain': {} };
  for (const element of splitOutsideQuotes(accept, ',')) addRange(weights, element);
  const json = weightOf(weights['application/json']);
  const html = weightOf(weights['text/html']);
  const text = weightOf(weights['text/plain']);
  if (json > html && json > text) return 'application/json';
  if (html > json && html > text) return 'text/html';
  return 'text/plain';
}

function weightOf({ exact, type, any }: Weights[AnswerType]): number {
  return exact ?? type ?? any ?? 0;
}

function addRange(weights: Weights, element: string): void {
  const [first = '', ...parameters] = splitOutsideQuotes(element, ';');
  const name = first.trim().toLowerCase();
  // Java's URLConnection has long sent a lone star for any type.
  const range = name === '*' ? '*/*' : name;
  for (const answer of answerTypes) {
    const specificity = specificityOf(range, answer);
    const weight = specificity && readWeight(parameters);
    if (specificity === undefined || weight === undefined) continue;
    weights[answer][specificity] = Math.max(weight, weights[answer][specificity] ?? 0);
  }
}

function specificityOf(range: string, answer: AnswerType): Specificity | undefined {
  if (range === answer) return 'exact';
  if (range === '*/*') return 'any';
  return range.endsWith('/*') && answer.startsWith(range.slice(0, -1)) ? 'type' : undefined;
}

/** 1 when none is given, undefined when it is no number from 0 to 1. */
function readWeight(parameters: readonly string[]): number | undefined {
  const given = parameters
    .map((parameter) => /^q\s*=(.*)$/is.exec(parameter.trim())?.[1]?.trim())
    .find((q) => q !== undefined);
  if (given === undefined) return 1;
  const weight = /^(?:\d+\.?\d*|\.\d+)$/.test(given) ? Number(given) : Number.NaN;
  return weight <= 1 ? weight : undefined;
}

/** In one pass, since a client chooses the text. A quote that is not closed reaches to the end. */
function splitOutsideQuotes(text: string, separator: ',' | ';'): string[] {
  if (!text.includes('"')) return text.split(separator);
  const parts: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i];
    if (char === '"') isQuoted = !isQuoted;
    else if (char === '\\' && isQuoted) i += 1;
    else if (char === separator && !isQuoted) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}
