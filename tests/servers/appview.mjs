// Bluesky's own servers with the AppView, for tests: on loopback, in one process. Started by appview.py as
// `node appview.mjs PACKAGES PORT…`; says where the PDS is, answers one line per question, and ends with its input.
import { createRequire } from 'node:module'
import net from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const require = createRequire(join(process.argv[2], 'package.json'))

// They would listen on every interface, and on ports that the system gives to anybody before they are used.
const ports = process.argv.slice(3).map(Number)
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (port, ...rest) {
  if (typeof port === 'object' && port !== null) {
    const options = { ...port, port: port.port === 0 ? ports.shift() : port.port, host: '127.0.0.1' }
    return listen.call(this, options, ...rest)
  }
  const ready = rest.filter((value) => typeof value === 'function')
  return listen.call(this, { port: Number(port), host: '127.0.0.1' }, ...ready)
}

const say = (value) => process.stdout.write(JSON.stringify(value) + '\n')
console.log = console.info = console.error // standard output is for answers

const { TestNetwork } = require('@atproto/dev-env')
const { AtpAgent } = require('@atproto/api')
const network = await TestNetwork.create({ dbPostgresSchema: 'cmflow' })
const people = new Map()

const verbs = {
  account: async ({ name, password }) => {
    const agent = new AtpAgent({ service: network.pds.url })
    await agent.createAccount({ handle: `${name}.test`, email: `${name}@example.org`, password })
    people.set(name, agent)
    return { did: agent.session.did }
  },
  like: ({ agent, uri, cid }) => agent.like(uri, cid),
  repost: ({ agent, uri, cid }) => agent.repost(uri, cid),
  reply: ({ agent, uri, cid, text }) => agent.post({ text, reply: { root: { uri, cid }, parent: { uri, cid } } }),
  quote: ({ agent, uri, cid, text }) =>
    agent.post({ text, embed: { $type: 'app.bsky.embed.record', record: { uri, cid } } }),
  mention: ({ agent, uri, text }) => {
    const features = [{ $type: 'app.bsky.richtext.facet#mention', did: uri.split('/')[2] }]
    const index = { byteStart: 0, byteEnd: Buffer.byteLength(text.split(' ')[0]) }
    return agent.post({ text, facets: [{ index, features }] })
  },
  delete: ({ agent, uri }) => agent.deletePost(uri),
  follow: ({ agent, uri }) => agent.follow(uri.split('/')[2]),
  wait: () => ({}),
}

say({ pds: network.pds.url })
for await (const line of createInterface({ input: process.stdin })) {
  try {
    const question = JSON.parse(line)
    const answer = await verbs[question.verb]({ ...question, agent: people.get(question.name) })
    await network.processAll()
    say(answer ?? {})
  } catch (error) {
    say({ error: String(error?.message ?? error) })
  }
}
process.exit()
