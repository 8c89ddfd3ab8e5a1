'use strict'

// A PostgreSQL server of its own for the tests, on a free port, as a user without rights.

const { execFileSync, spawn, spawnSync } = require('node:child_process')
const { once } = require('node:events')
const { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } = require('node:fs')
const { tmpdir } = require('node:os')
const path = require('node:path')

const { freePort } = require('./doku.js')

const USER = 'postgres'
const VERSIONS = '/usr/lib/postgresql'

/** The folder with the server's programs; undefined where none is installed. */
const programs = [
  ...(existsSync(VERSIONS) ? readdirSync(VERSIONS) : []).sort().reverse().map((name) => path.join(VERSIONS, name, 'bin')),
  ...(process.env.PATH ?? '').split(path.delimiter),
].find((folder) => ['initdb', 'postgres'].every((name) => existsSync(path.join(folder, name))))

/** Why there is no server; false where there is one. `DOKU_STORE_POSTGRES=required` makes its absence a failure. */
function missing() {
  if (programs) return false
  const reason = 'no PostgreSQL server is installed; install the package postgresql'
  if (process.env.DOKU_STORE_POSTGRES === 'required') throw new Error(reason)
  return reason
}

function command(program, options) {
  const drop = process.getuid() === 0 ? ['setpriv', '--reuid', USER, '--regid', USER, '--clear-groups', '--'] : []
  const [first, ...rest] = [...drop, path.join(programs, program), ...options]
  return [first, rest]
}

/** Starts a server; resolves to what makes an empty database and returns its address, and what stops it. */
async function serve() {
  const folder = mkdtempSync(path.join(tmpdir(), 'doku-node-'))
  chmodSync(folder, 0o755)
  const data = path.join(folder, 'data')
  mkdirSync(data)
  if (process.getuid() === 0) execFileSync('chown', [USER, data])
  const port = await freePort()
  const options = ['--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync', '--username=doku', '-D', data]
  execFileSync(...command('initdb', options), { cwd: '/', stdio: 'ignore' })
  const listen = ['-D', data, '-k', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1']
  const server = spawn(...command('postgres', listen), { cwd: '/', stdio: 'ignore' })
  const psql = (sql) => {
    const where = ['-h', '127.0.0.1', '-p', String(port), '-U', 'doku', '-d', 'postgres', '-q', '-c', sql]
    return spawnSync(...command('psql', where), { cwd: '/', stdio: 'ignore' }).status === 0
  }
  while (!psql('select 1')) if (server.exitCode !== null) throw new Error('the server did not start')
  let made = 0
  const database = () => {
    const name = `store_${++made}`
    if (!psql(`create database ${name}`)) throw new Error('the database was not made')
    return `postgres://doku@127.0.0.1:${port}/${name}`
  }
  const stop = async () => {
    server.kill('SIGQUIT')
    if (server.exitCode === null) await once(server, 'exit')
    rmSync(folder, { recursive: true })
  }
  return { database, stop }
}

module.exports = { missing, serve }
