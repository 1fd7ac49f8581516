require('node:http')
  .createServer((_, response) => response.end('one'))
  .listen(8080);
