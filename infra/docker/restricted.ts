/** What every container of the stack is held to, as in docker-compose.yml. */
export const restricted = {
  readOnly: true,
  capabilities: { drops: ['ALL'] },
  securityOpts: ['no-new-privileges:true'],
};
