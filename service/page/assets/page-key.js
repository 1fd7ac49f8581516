const storageName = 'taproom.apiKey';

const section = document.querySelector('#key');
const form = section.querySelector('form');
const input = section.querySelector('#api-key');
const error = section.querySelector('#api-key-error');
const status = section.querySelector('#key-status');
const forget = section.querySelector('#key-forget');

let key = '';

/** Makes the form for the API key work. The key lives as long as this tab. */
export function startKey() {
  key = recall();
  section.querySelector('fieldset').disabled = false;
  show(key === '' ? '' : 'A key is kept for this tab.');
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (takeTyped()) show('The key is kept for this tab.');
    else if (input.value === '') refuse('Enter the key.');
  });
  forget.addEventListener('click', () => {
    keep('');
    show('The key is forgotten.');
    input.focus();
  });
  input.addEventListener('input', () => tell(''));
}

/** The key to send, '' when none is needed. Undefined when one is missing: then the field says so and has the focus. */
export function keyForWriting() {
  if (input.value !== '' && !takeTyped()) return undefined;
  if (key === '' && section.dataset.required === 'true') {
    refuse('Enter the API key, then send the form again.');
    return undefined;
  }
  show('');
  return key;
}

/** The service wants a key, or another one. */
export function refuseKey(message) {
  section.dataset.required = 'true';
  keep('');
  show('');
  refuse(message);
}

/** Keeps what is in the field. False when it cannot be a key. */
function takeTyped() {
  const typed = input.value.trim();
  if (typed === '') return false;
  // Header values cannot carry anything else.
  if (!/^[\x21-\x7e]+$/.test(typed)) {
    refuse('A key has only letters from A to Z, digits and signs, and no spaces.');
    return false;
  }
  keep(typed);
  input.value = '';
  tell('');
  return true;
}

function refuse(message) {
  status.textContent = '';
  tell(message);
  input.focus();
}

function tell(message) {
  error.textContent = message;
  if (message === '') input.removeAttribute('aria-invalid');
  else input.setAttribute('aria-invalid', 'true');
}

function show(message) {
  status.textContent = message;
  forget.hidden = key === '';
}

function keep(value) {
  key = value;
  try {
    if (value === '') sessionStorage.removeItem(storageName);
    else sessionStorage.setItem(storageName, value);
  } catch {
    // Storage is refused here: the key lives until the page is left.
  }
}

function recall() {
  try {
    return sessionStorage.getItem(storageName) ?? '';
  } catch {
    return '';
  }
}
