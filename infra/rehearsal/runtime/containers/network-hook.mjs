// Preloaded into every Node.js process of a container. It gives the process a network of its own: ports it listens on become
// free local ports, and each connection goes where the container's place in the simulated cloud lets it go. The program itself
// stays as it is, and sees the ports, names and environment that it was told.
import { X509Certificate } from 'node:crypto';
import dns from 'node:dns';
import { readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import tls from 'node:tls';

const parameters = new URL(import.meta.url).searchParams;
/** The Unix socket at which the rehearsal answers for this container, and the file of the authorities it made. */
const [controlPath, authoritiesFile] = [parameters.get('control'), parameters.get('authorities')];

/** Linux gives up after six unanswered SYNs. Source: tcp(7), tcp_syn_retries. */
const connectTimeoutMs = 127_000;

/** libuv's numbers on Linux. */
const errorNumbers = { EADDRINUSE: -98, ECONNREFUSED: -111, ETIMEDOUT: -110, ENOTFOUND: -3008 };

const socketConnect = net.Socket.prototype.connect;
const serverListen = net.Server.prototype.listen;
const serverAddress = net.Server.prototype.address;
const serverClose = net.Server.prototype.close;
const { lookup } = dns;
const { lookup: lookupPromise } = dns.promises;
const { createSecureContext } = tls;

hideItself();
net.Socket.prototype.connect = connect;
net.Server.prototype.listen = listen;
net.Server.prototype.address = address;
net.Server.prototype.close = close;
dns.lookup = answerLookup;
dns.promises.lookup = answerLookupPromise;
tls.createSecureContext = createTrustingContext;
syncBuiltinESMExports();

/** The program sees the variables that it was given. */
function hideItself() {
  const given = (process.env.NODE_OPTIONS ?? '').replace(/\s*--import=\S+$/, '');
  if (given === '') delete process.env.NODE_OPTIONS;
  else process.env.NODE_OPTIONS = given;
}

/** One question to the rehearsal, one answer. Calls back with undefined when the rehearsal is gone. */
function ask(question, answer) {
  const socket = new net.Socket();
  let text = '';
  let isAnswered = false;
  const finish = (value) => {
    if (!isAnswered) answer(value);
    isAnswered = true;
    socket.destroy();
  };
  socket.setEncoding('utf8');
  socket.on('data', (chunk) => {
    text += chunk;
    if (text.endsWith('\n')) finish(JSON.parse(text));
  });
  socket.on('error', () => finish(undefined));
  socket.on('close', () => finish(undefined));
  socketConnect.call(socket, { path: controlPath }, () => socket.write(`${JSON.stringify(question)}\n`));
}

function systemError(code, syscall, fields) {
  const place = fields.hostname ?? `${fields.address}:${fields.port}`;
  return Object.assign(new Error(`${syscall} ${code} ${place}`), {
    errno: errorNumbers[code],
    code,
    syscall,
    ...fields,
  });
}

function connect(...args) {
  const [options, onConnect] = Array.isArray(args[0]) ? args[0] : net._normalizeArgs(args);
  if (options.path !== undefined && options.path !== null) return socketConnect.apply(this, args);
  const host = options.host || 'localhost';
  const port = Number(options.port);
  if (onConnect) this.once('connect', onConnect);
  // What is written meanwhile waits, as with any socket that is not connected yet.
  this.connecting = true;
  ask({ ask: 'route', host: madeUpAddresses.get(host) ?? host, port }, (route) => {
    if (this.destroyed) return;
    if (route?.kind === 'open') {
      socketConnect.call(this, { ...withoutPlace(options), host: '127.0.0.1', port: route.port });
    } else if (route?.kind === 'timeout') {
      const timer = setTimeout(() => {
        this.destroy(systemError('ETIMEDOUT', 'connect', { address: host, port }));
      }, connectTimeoutMs);
      this.once('close', () => clearTimeout(timer));
    } else if (route?.kind === 'unknown host') {
      const error = systemError('ENOTFOUND', 'getaddrinfo', { hostname: host });
      this.emit('lookup', error, undefined, undefined, host);
      this.destroy(error);
    } else {
      this.destroy(systemError('ECONNREFUSED', 'connect', { address: host, port }));
    }
  });
  return this;
}

function withoutPlace(options) {
  const { lookup: _lookup, family: _family, localAddress: _address, localPort: _port, ...rest } = options;
  return { ...rest, autoSelectFamily: false };
}

/** What each TCP server of this process was told to listen on. */
const listening = new Map();

function listen(...args) {
  const [options, onListening] = net._normalizeArgs(args);
  const isTcp = typeof args[0] !== 'object' || args[0] === null || 'port' in args[0];
  if (!isTcp || options.path !== undefined || options.fd !== undefined) return serverListen.apply(this, args);
  const wanted = { port: Number(options.port ?? 0), host: options.host ?? '::' };
  if (wanted.port !== 0 && [...listening.values()].some((other) => isSamePlace(other, wanted))) {
    const error = systemError('EADDRINUSE', 'listen', { address: wanted.host, port: wanted.port });
    process.nextTick(() => this.emit('error', error));
    return this;
  }
  if (onListening) this.once('listening', onListening);
  listening.set(this, wanted);
  this.prependOnceListener('listening', () => {
    const local = serverAddress.call(this).port;
    if (wanted.port === 0) wanted.port = local;
    ask({ ask: 'listening', ...wanted, local }, () => {});
  });
  const { signal, backlog, exclusive } = options;
  return serverListen.call(this, { host: '127.0.0.1', port: 0, signal, backlog, exclusive });
}

function isSamePlace(a, b) {
  const isAny = ({ host }) => host === '0.0.0.0' || host === '::';
  return a.port === b.port && (a.host === b.host || isAny(a) || isAny(b));
}

function address() {
  const real = serverAddress.call(this);
  const told = listening.get(this);
  if (real === null || told === undefined) return real;
  const host = told.host === 'localhost' ? '127.0.0.1' : told.host;
  return { address: host, family: net.isIPv6(host) ? 'IPv6' : 'IPv4', port: told.port };
}

function close(...args) {
  const told = listening.get(this);
  if (told !== undefined) {
    listening.delete(this);
    ask({ ask: 'closed', ...told }, () => {});
  }
  return serverClose.apply(this, args);
}

/** Names that were looked up without a connection get an address that leads back to them: 240.0.0.0/4 belongs to nobody. */
const madeUpAddresses = new Map();

function madeUpAddress(host) {
  const known = [...madeUpAddresses].find(([, name]) => name === host);
  if (known !== undefined) return known[0];
  const made = `240.0.${madeUpAddresses.size >> 8}.${madeUpAddresses.size & 0xff}`;
  madeUpAddresses.set(made, host);
  return made;
}

function isOwnName(host) {
  return !host || net.isIP(host) !== 0 || host === 'localhost' || host.endsWith('.localhost');
}

function answerLookup(host, options, callback) {
  const [wanted, answer] = typeof options === 'function' ? [{}, options] : [options ?? {}, callback];
  if (isOwnName(host)) return lookup(host, wanted, answer);
  ask({ ask: 'route', host, port: 0 }, (route) => {
    if (route === undefined || route.kind === 'unknown host') {
      answer(systemError('ENOTFOUND', 'getaddrinfo', { hostname: host }));
      return;
    }
    const addresses = route.addresses ?? [madeUpAddress(host)];
    if (wanted.all) {
      answer(
        null,
        addresses.map((address) => ({ address, family: 4 })),
      );
    } else answer(null, addresses[0], 4);
  });
}

function answerLookupPromise(host, options) {
  if (isOwnName(host)) return lookupPromise(host, options);
  return new Promise((resolve, reject) => {
    answerLookup(host, options ?? {}, (error, found, family) => {
      if (error) reject(error);
      else resolve(Array.isArray(found) ? found : { address: found, family });
    });
  });
}

/**
 * Only Amazon can sign as Amazon: where a client trusts the certificates of a real authority, it also trusts the one that stands
 * for it here. An authority that the program has to be given is not added: forgetting it fails, as in the cloud.
 */
function createTrustingContext(options) {
  const context = createSecureContext(options);
  const { ca } = options ?? {};
  for (const authority of readAuthorities()) {
    const isTrusted = authority.standsFor === undefined ? ca === undefined : holdsSubject(ca, authority.standsFor);
    if (isTrusted) context.context.addCACert(authority.certificate);
  }
  return context;
}

function readAuthorities() {
  return JSON.parse(readFileSync(authoritiesFile, 'utf8'));
}

/** The texts that clients give as `ca` hold hundreds of certificates; each is read once. */
const subjects = new Map();

function holdsSubject(ca, text) {
  return [ca]
    .flat()
    .filter((given) => given !== undefined && given !== null)
    .flatMap((given) => String(given).match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [])
    .some((pem) => {
      if (!subjects.has(pem)) subjects.set(pem, readSubject(pem));
      return subjects.get(pem).includes(text);
    });
}

function readSubject(pem) {
  try {
    return new X509Certificate(pem).subject;
  } catch {
    return '';
  }
}
