import { createServer } from 'node:http';

createServer((request, response) => {
  response.writeHead(200, { 'content-type': 'text/plain' }).end(`${process.env.GREETING} from ${request.url}\n`);
}).listen(process.env.PORT);
