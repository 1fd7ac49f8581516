import { keyForWriting, refuseKey } from './page-key.js';
import { post, ServiceError } from './page-service.js';

/**
 * Makes a form work: checks the fields, sends them, and shows what is wrong beside the field it is about.
 * `isExact`: white space around a value is part of it. `check` refuses a value in words ('' when it is fine), `toBody`
 * makes the request's body of the values, `fieldOf` names the field that an error code is about, `onSaved` takes the
 * answer and gives the words of success, `onUnknown` is called when nobody knows whether it was saved.
 */
export function startForm(form, options) {
  const { path, isExact = false, check = {}, toBody = (values) => values, fieldOf = {}, onSaved, onUnknown } = options;
  const inputs = [...form.querySelectorAll('input')];
  const write = createWriter(form);
  form.querySelector('fieldset').disabled = false;

  for (const input of inputs) input.addEventListener('input', () => setError(input, ''));

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const values = Object.fromEntries(inputs.map(({ name, value }) => [name, isExact ? value : value.trim()]));
    for (const input of inputs) setError(input, findMistake(input, values[input.name], check[input.name]));
    if (focusFirstMistake(inputs)) {
      write.clear();
      return;
    }
    const error = await write(path, toBody(values), (answer) => {
      const words = onSaved(answer);
      form.reset();
      inputs[0].focus();
      return words;
    });
    if (error === undefined) return;
    if (error.code === 'write_unknown') onUnknown();
    const places = [
      ...error.errors.map(({ path: pointer, message }) => [pointer, (label) => `${label} ${message}.`]),
      [`/${fieldOf[error.code]}`, () => error.message],
    ];
    for (const input of inputs) {
      const found = places.find(([pointer]) => pointer === `/${input.name}`);
      if (found !== undefined) setError(input, found[1](labelOf(input)));
    }
    // What no field can show is told below the form.
    if (!focusFirstMistake(inputs)) write.fail(error.message);
  });
}

/**
 * Sends one request at a time for a form, with the key where one is needed, and shows its words of success. Resolves
 * to the error that is still to be shown; undefined when there is none.
 */
export function createWriter(form) {
  const success = form.querySelector('[data-part="success"]');
  const failure = form.querySelector('[data-part="form-error"]');
  let isBusy = false;

  const show = (words, mistake) => {
    success.textContent = words;
    failure.textContent = mistake;
  };

  const write = async (path, body, onAnswer) => {
    if (isBusy) return undefined;
    show('', '');
    const key = keyForWriting();
    if (key === undefined) return undefined;
    isBusy = true;
    form.setAttribute('aria-busy', 'true');
    try {
      show(onAnswer(await post(path, body, key)), '');
      return undefined;
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      if (error.status !== 401) return error;
      refuseKey(key === '' ? 'Enter the API key, then send the form again.' : 'The service does not accept this key.');
      return undefined;
    } finally {
      isBusy = false;
      form.removeAttribute('aria-busy');
    }
  };
  write.clear = () => show('', '');
  write.fail = (message) => show('', message);
  return write;
}

function findMistake(input, value, check) {
  const label = labelOf(input);
  if (input.required && value === '') return `${label} is needed.`;
  // In code points, as the service counts.
  const length = [...value].length;
  const { max } = input.dataset;
  if (length > Number(max)) return `${label} is ${length} characters long, and ${max} is the most.`;
  return check?.(value) ?? '';
}

function labelOf(input) {
  return input.labels[0].firstChild.textContent.trim();
}

function setError(input, message) {
  document.getElementById(`${input.id}-error`).textContent = message;
  if (message === '') input.removeAttribute('aria-invalid');
  else input.setAttribute('aria-invalid', 'true');
}

/** False when no field has a mistake. */
function focusFirstMistake(inputs) {
  const first = inputs.find((input) => input.hasAttribute('aria-invalid'));
  first?.focus();
  return first !== undefined;
}
