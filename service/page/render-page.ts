import { escapeHtml } from './escape-html';

export type PageOptions = { companyName: string; isKeyRequired: boolean };

/** The page from its template, whose placeholders look like `{{companyName}}`. Throws on one that is not known. */
export function renderPage(template: string, { companyName, isKeyRequired }: PageOptions): string {
  const values = new Map([
    ['companyName', escapeHtml(companyName)],
    ['isKeyRequired', String(isKeyRequired)],
  ]);
  return template.replaceAll(/\{\{(\w+)\}\}/g, (placeholder, name: string) => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`the page's template has an unknown placeholder: ${placeholder}`);
    return value;
  });
}
