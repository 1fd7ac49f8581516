/** An API's error as the provider prints it. Source: https://github.com/googleapis/google-api-go-client/blob/main/googleapi/googleapi.go */
export function googleError(code: number, message: string, reason?: string): string {
  return `googleapi: Error ${code}: ${message}${reason ? `, ${reason}` : ''}`;
}

/** "notFound" of something by its full name. */
export function notFound(kind: string, name: string): string {
  return googleError(404, `${kind} '${name}' was not found`, 'notFound');
}
