// Loaded before a program of Node's by `--require`, in each of its threads: it reaches this machine and no other. A call elsewhere fails as it does
// without a network, and is written into the file that DOUBLE_CALLS_OUTSIDE names, for a caller that swallows errors. What
// native code asks, or a program of another language, goes past it.
const dgram = require('node:dgram');
const dns = require('node:dns');
const { appendFileSync } = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');
const net = require('node:net');

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1|::ffff:127(\.\d{1,3}){3})$/i;
const isLoopback = (host) => host === undefined || host === null || host === '' || LOOPBACK.test(host);

function refuse(what) {
  const report = process.env.DOUBLE_CALLS_OUTSIDE;
  if (report) appendFileSync(report, `${what}, by ${process.argv[1] ?? process.title}\n`);
  return Object.assign(new Error(`only loopback can be reached: ${what}`), { code: 'ENETUNREACH' });
}

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...of) {
  // `net.connect` hands its parameters over as one list, whose first member is the options
  const [first, second] = Array.isArray(of[0]) ? of[0] : of;
  const { path, host, port } =
    typeof first === 'object'
      ? first
      : { port: first, host: typeof second === 'string' ? second : undefined };
  // a path is a socket of this machine; so is a port that is no number
  if (path || (typeof first === 'string' && Number.isNaN(Number(first))) || isLoopback(host))
    return connect.apply(this, of);
  const error = refuse(`a connection to ${host}:${port}`);
  process.nextTick(() => this.destroy(error));
  return this;
};

const isAddress = (name) => net.isIP(name) !== 0;
for (const name of Object.keys(dns).filter((key) => /^(lookup|resolve|reverse)/.test(key))) {
  const ask = dns[name];
  dns[name] = (asked, ...of) => {
    const answer = of.at(-1);
    if (isLoopback(asked) || isAddress(asked) || typeof answer !== 'function') return ask(asked, ...of);
    process.nextTick(answer, refuse(`a question of ${asked}`));
  };
}
for (const name of Object.keys(dns.promises).filter((key) => /^(lookup|resolve|reverse)/.test(key))) {
  const ask = dns.promises[name];
  dns.promises[name] = async (asked, ...of) => {
    if (isLoopback(asked) || isAddress(asked)) return ask.call(dns.promises, asked, ...of);
    throw refuse(`a question of ${asked}`);
  };
}

const { send } = dgram.Socket.prototype;
dgram.Socket.prototype.send = function (...of) {
  // the address is the last text beside the message, which is the first
  const host = of.slice(1).findLast((one) => typeof one === 'string');
  if (isLoopback(host)) return send.apply(this, of);
  throw refuse(`a datagram to ${host}`);
};
syncBuiltinESMExports();
