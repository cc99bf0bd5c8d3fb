// What every node that a block starts does first: block the network beyond this machine.
"use strict";
const dgram = require("node:dgram");
const dns = require("node:dns");
const net = require("node:net");

function check(host) {
  // 0.0.0.0 and :: are what a server listens on
  if (host && !/^(localhost|(::ffff:)?127(\.\d{1,3}){3}|::1|0\.0\.0\.0|::)$/.test(host)) {
    throw new Error(`blocks can reach only this machine, not ${host}`);
  }
}

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...given) {
  // options, or a port and a host; within node itself, a list of them
  const [first, second] = Array.isArray(given[0]) ? given[0] : given;
  check(typeof first === "object" ? first.host : typeof second === "string" ? second : "");
  return connect.apply(this, given);
};
const resolvers = [dns.Resolver.prototype, dns.promises.Resolver.prototype];
for (const holder of [dns, dns.promises, ...resolvers]) {
  for (const name of Object.getOwnPropertyNames(holder)) {
    if (!/^(lookup|resolve|reverse)/.test(name)) continue;
    const asked = holder[name];
    holder[name] = function (host, ...rest) {
      check(host);
      return asked.call(this, host, ...rest);
    };
  }
}
const { send } = dgram.Socket.prototype;
dgram.Socket.prototype.send = function (...given) {
  check(given.findLast((value) => typeof value === "string"));
  return send.apply(this, given);
};
