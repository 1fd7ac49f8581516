import { openGitHub } from './github';
import { readReports } from './report';
import { getVariable, type Surroundings } from './surroundings';

/** GitHub's limit of a comment, less what is put around it. */
const longestComment = 65_000;

/** One comment for each topic on a pull request: a later run writes it anew instead of adding another. */
export async function comment(
  surroundings: Surroundings,
  request: { topic: string | undefined; folder: string | undefined },
): Promise<void> {
  const { topic, folder } = request;
  if (topic === undefined || folder === undefined) throw new Error('usage: comment TOPIC FOLDER');
  const number = Number(getVariable(surroundings, 'PULL_REQUEST', "the pull request's number"));
  if (!Number.isSafeInteger(number) || number < 1) throw new Error('PULL_REQUEST must be a number from 1');
  const marker = `<!-- taproom-${topic} -->`;
  const body = `${marker}\n${readReports(folder).slice(0, longestComment)}`;
  const github = openGitHub(surroundings);
  const existing = (await github.listComments(number)).find((candidate) => candidate.body.startsWith(marker));
  if (existing === undefined) await github.comment(number, body);
  else await github.updateComment(existing.id, body);
  surroundings.say(`${existing === undefined ? 'wrote' : 'updated'} the ${topic} comment of pull request ${number}`);
}
