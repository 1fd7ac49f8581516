import { formatPythonInt, PythonValueError, parsePythonInt } from './parse-int';

export type Increment = { ok: true; json: string } | { ok: false; message: string };

/**
 * The integer in the text, plus one, as the calculator's answer: the JSON body (text, since a JavaScript number could
 * not hold the digits), or the message of what Python would have raised.
 */
export function increment(text: string): Increment {
  try {
    const value = parsePythonInt(text);
    if (value === 10n) return failed('Invalid value!');
    return { ok: true, json: `{"success":true,"answer":${formatPythonInt(value + 1n)}}` };
  } catch (error) {
    if (error instanceof PythonValueError) return failed(error.message);
    throw error;
  }
}

function failed(reason: string): Increment {
  return { ok: false, message: `Caught exception when calculating results: ${reason}` };
}
