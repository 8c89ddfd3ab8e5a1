'use strict'

const assert = require('node:assert/strict')
const test = require('node:test')

const { Verifier, VerificationError, check, digest, prepare, sign, signGet, stringToSign } = require('..')
const { order, spec } = require('./doku.js')

test('signature vectors', () => {
  const { vectors } = JSON.parse(spec('vectors/signatures.json'))
  for (const vector of vectors) {
    const { id, kind } = vector
    const body =
      vector.body && Buffer.from(vector.body.utf8 ?? vector.body.base64, vector.body.utf8 == null ? 'base64' : 'utf8')
    if (body && vector.digest) assert.equal(digest(body), vector.digest, `${id}: digest`)
    if (kind === 'digest') continue
    if (vector.string_to_sign !== null) {
      assert.equal(stringToSign(components(vector)), vector.string_to_sign, `${id}: string to sign`)
    }
    if (kind === 'request') {
      const isEqual = sign(vector.keys[0], components(vector)) === vector.signature
      assert.equal(isEqual, vector.result === 'valid', `${id}: signature`)
      continue
    }
    assert.deepEqual(verify(vector, body ?? Buffer.alloc(0)), [vector.reason, vector.matching_target], `${id}: verdict`)
  }
  assert.ok(vectors.length > 360, `only ${vectors.length} vectors`)
})

test('vectors of inputs', () => {
  const { vectors } = JSON.parse(spec('vectors/inputs.json'))
  const signer = { clientId: 'BRN-1', secretKey: 'SK-1', requestId: 'r' }
  const uses = {
    client_id: (value) => new Verifier(value, 'SK-1'),
    secret_key: (value) => new Verifier('BRN-1', 'SK-1', value),
    request_id: (value) => prepare(order(), { requestId: value }),
    target: (value) => signGet({ ...signer, target: value }),
  }
  for (const { id, input, value, result } of vectors) {
    const text = value.utf8 ?? Buffer.from(value.base64, 'base64').toString()
    if (result === 'valid') {
      uses[input](text)
      continue
    }
    assert.throws(
      () => uses[input](text),
      (error) => {
        assert.deepEqual([error.name, error.code, error.outcome], ['DokuError', 'configuration', 'nothing_sent'], id)
        assert.ok(!/SK-test|BRN-0000/.test(`${error.message}${JSON.stringify(error)}`), id)
        return true
      },
    )
    if (input !== 'target') continue
    const verifier = new Verifier('BRN-1', 'SK-1')
    assert.throws(() => verifier.verifyNotification(text, {}, Buffer.alloc(0)), { code: 'malformed_target' }, id)
  }
  assert.ok(vectors.length > 60, `only ${vectors.length} vectors`)
})

function components({ client_id, request_id, timestamp, target, digest, kind }) {
  const time = kind === 'response' ? { responseTimestamp: timestamp } : { requestTimestamp: timestamp }
  return { clientId: client_id, requestId: request_id, target, digest, ...time }
}

/** Returns the reason why a message is refused, and the target that would have matched. */
function verify({ client_id, keys, kind, target, request_id, headers }, body) {
  const verifier = new Verifier(client_id, ...keys)
  try {
    if (kind === 'notification') {
      assert.deepEqual(verifier.verifyNotification(target, headers, body).body, body)
    } else {
      assert.deepEqual(verifier.verifyResponse(target, request_id ?? 'unknown', headers, body).body, body)
    }
    return [null, null]
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error
    assert.equal(error.verification.code, error.code)
    return [error.code, error.verification.signed ?? null]
  }
}

test('violation vectors, as bytes and as objects', () => {
  // Limits of 16 digits do not fit a number, so they are text.
  const text = spec('vectors/violations.json').replaceAll(/("limit": )(\d{16,})/g, '$1"$2"')
  const { vectors } = JSON.parse(text)
  let objects = 0
  for (const vector of vectors) {
    const expected = { violations: vector.violations, advisories: vector.advisories }
    const body = Buffer.from(vector.utf8 ?? payload(vector.changes))
    assert.deepEqual(findings(check(vector.kind, body)), expected, vector.id)
    frozen(body, vector)
    const object = vector.changes && !vector.changes.some((change) => 'raw' in change) && changed(vector.changes)
    if (!object) continue
    assert.deepEqual(findings(check(vector.kind, object)), expected, `${vector.id} as an object`)
    frozen(object, vector)
    objects += 1
  }
  assert.ok(vectors.length > 150 && objects > 100, `only ${vectors.length} vectors, ${objects} of them as objects`)
})

/** What is refused is not prepared, and what is prepared has its bytes. */
function frozen(request, { id, violations }) {
  if (violations.length === 0) {
    const { body } = prepare(request)
    const expected = Buffer.isBuffer(request) ? request : Buffer.from(JSON.stringify(request))
    assert.ok(body.equals(expected), id)
    return
  }
  assert.throws(
    () => prepare(request),
    (error) => {
      assert.equal(error.code, 'violations', id)
      assert.equal(error.outcome, 'nothing_sent', id)
      assert.deepEqual(error.violations.map(finding), violations, id)
      return true
    },
  )
}

function findings({ valid, violations, advisories }) {
  assert.equal(valid, violations.length === 0)
  return { violations: violations.map(finding), advisories: advisories.map(finding) }
}

function finding({ pointer, code, rule, limit, deviation, message, messageIndonesian }) {
  assert.ok(message.length > 10 && messageIndonesian.length > 10, `${pointer} ${code} has no text`)
  return { pointer, code, rule, limit, ...(deviation && { deviation }) }
}

/** Returns the minimal request with changes, in which raw text stands as a place holder. */
function changed(changes) {
  const request = order()
  for (const [at, { op, path, value, raw }] of changes.entries()) {
    const tokens = path
      .split('/')
      .slice(1)
      .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
    const last = tokens.pop()
    const parent = tokens.reduce((node, token) => node[token], request)
    if (op === 'remove') delete parent[last]
    else parent[last] = raw === undefined ? value : `@raw:${at}@`
  }
  return request
}

function payload(changes) {
  let text = JSON.stringify(changed(changes))
  for (const [at, { raw }] of changes.entries()) {
    if (raw !== undefined) text = text.replace(`"@raw:${at}@"`, () => raw)
  }
  return text
}
