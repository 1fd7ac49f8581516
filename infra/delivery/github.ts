import { getVariable, type Surroundings } from './surroundings';

export type Issue = { number: number; body: string | null };
export type GitHub = ReturnType<typeof openGitHub>;

const pageSize = 100;

/** GitHub's API for this repository, with the rights of the job's own token. */
export function openGitHub(surroundings: Surroundings) {
  const repository = getVariable(surroundings, 'GITHUB_REPOSITORY', 'OWNER/NAME');
  const token = getVariable(
    surroundings,
    'GITHUB_TOKEN',
    "the job's own token, with the permission that the step needs",
  );
  const server = surroundings.env.GITHUB_API_URL || 'https://api.github.com';
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const answer = await surroundings.fetch(`${server}/repos/${repository}${path}`, {
      method,
      headers: {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${token}`,
        'x-github-api-version': '2022-11-28',
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`GitHub answers ${answer.status} to ${method} ${path}`);
    return answer.json();
  };
  const all = async <Item>(path: string): Promise<Item[]> => {
    const items: Item[] = [];
    for (let page = 1; ; page += 1) {
      const found = (await ask(
        'GET',
        `${path}${path.includes('?') ? '&' : '?'}per_page=${pageSize}&page=${page}`,
      )) as Item[];
      items.push(...found);
      if (found.length < pageSize) return items;
    }
  };
  return {
    listOpenIssues: (label: string) => all<Issue>(`/issues?state=open&labels=${encodeURIComponent(label)}`),
    openIssue: (issue: { title: string; body: string; labels: string[] }) => ask('POST', '/issues', issue),
    updateIssue: (number: number, change: { body?: string; state?: 'closed' }) =>
      ask('PATCH', `/issues/${number}`, change),
    listComments: (number: number) => all<{ id: number; body: string }>(`/issues/${number}/comments`),
    comment: (number: number, body: string) => ask('POST', `/issues/${number}/comments`, { body }),
    updateComment: (id: number, body: string) => ask('PATCH', `/issues/comments/${id}`, { body }),
    listOpenPullRequests: () => all<{ number: number; labels: { name: string }[] }>('/pulls?state=open'),
  };
}
