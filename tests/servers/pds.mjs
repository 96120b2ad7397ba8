// A Bluesky server (PDS) and the directory of identities it needs (PLC), for tests: on loopback, in one process.
// Started by pds.py as `node pds.mjs PACKAGES DATA PDS_PORT PLC_PORT SECRET LIMITS`; says "ready", and ends when its input does.
import { createRequire } from 'node:module'
import net from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [packages, data, pdsPort, plcPort, secret, limits] = process.argv.slice(2)

// Both would listen on every interface.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (port, ...rest) {
  return typeof port === 'object' && port !== null
    ? listen.call(this, { ...port, host: '127.0.0.1' }, ...rest)
    : listen.call(this, { port, host: '127.0.0.1' }, ...rest.filter((each) => typeof each === 'function'))
}

const require = createRequire(join(packages, 'package.json'))
const load = (name) => import(pathToFileURL(require.resolve(name)))

const plc = await load('@did-plc/server')
const { PlcServer, Database } = plc.PlcServer ? plc : plc.default
await PlcServer.create({ db: Database.mock(), port: Number(plcPort) }).start()

const { PDS, envToCfg, envToSecrets, readEnv } = await load('@atproto/pds')
Object.assign(process.env, {
  PDS_HOSTNAME: 'localhost',
  PDS_PORT: pdsPort,
  PDS_DEV_MODE: 'true',
  PDS_DATA_DIRECTORY: data,
  PDS_BLOBSTORE_DISK_LOCATION: join(data, 'blobs'),
  PDS_BLOBSTORE_DISK_TMP_LOCATION: join(data, 'uploads'),
  PDS_DID_PLC_URL: `http://127.0.0.1:${plcPort}`,
  PDS_SERVICE_HANDLE_DOMAINS: '.test',
  PDS_INVITE_REQUIRED: 'false',
  PDS_JWT_SECRET: secret,
  PDS_ADMIN_PASSWORD: secret,
  PDS_DPOP_SECRET: '00'.repeat(32),
  PDS_PLC_ROTATION_KEY_K256_PRIVATE_KEY_HEX: '01'.repeat(32),
  PDS_RATE_LIMITS_ENABLED: limits,
  LOG_ENABLED: 'false',
})
const env = readEnv()
const pds = await PDS.create(envToCfg(env), envToSecrets(env))
await pds.start()

console.log('ready')
process.stdin.resume().on('end', () => process.exit())
