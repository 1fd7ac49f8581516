import { renderPage } from './render-page';

describe('renderPage', () => {
  test('puts the name in, escaped, wherever the template has it', () => {
    const page = renderPage('<title>{{companyName}}</title><h1>{{companyName}}</h1>', {
      companyName: `<i>&"'`,
      isKeyRequired: false,
    });
    expect(page).toBe('<title>&lt;i&gt;&amp;&quot;&#39;</title><h1>&lt;i&gt;&amp;&quot;&#39;</h1>');
  });

  test('takes a name as it is, also one that looks like a placeholder or a replacement pattern', () => {
    const page = renderPage('<h1>{{companyName}}</h1>', {
      companyName: "$& {{isKeyRequired}} $'",
      isKeyRequired: true,
    });
    expect(page).toBe('<h1>$&amp; {{isKeyRequired}} $&#39;</h1>');
  });

  test('refuses a template with a placeholder that nothing fills', () => {
    const options = { companyName: 'Acme', isKeyRequired: true };
    expect(() => renderPage('{{constructor}}', options)).toThrow('an unknown placeholder: {{constructor}}');
  });
});
