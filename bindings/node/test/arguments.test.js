'use strict'

const assert = require('node:assert/strict')
const test = require('node:test')
const vm = require('node:vm')

const doku = require('..')
const { CLIENT_ID, SECRET_KEY, order, spec } = require('./doku.js')

const verifier = new doku.Verifier('BRN-1', 'SK-not-a-real-key')
const parts = {
  clientId: 'BRN-1',
  requestId: 'r-1',
  requestTimestamp: '2021-07-07T08:45:42Z',
  target: '/',
  digest: null,
}
const settings = { environment: 'sandbox', clientId: 'BRN-1', secretKey: 'SK-not-a-real-key' }
const detached = (() => {
  const bytes = new Uint8Array(4)
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] })
  return bytes
})()

/** Runs a call, which must throw an error of this class with this code. */
function refuses(type, code, run, text) {
  assert.throws(run, (error) => {
    assert.equal(error.constructor.name, type.name, error.stack)
    assert.equal(error.code, code, error.stack)
    if (text) assert.ok(error.message.includes(text), error.message)
    return true
  })
}

test('values that JSON cannot hold exactly', () => {
  const cycle = {}
  cycle.self = cycle
  const deep = (levels) => (levels === 0 ? 1 : [deep(levels - 1)])
  class Money {}
  const cases = [
    [RangeError, 'not_finite', { a: [NaN] }, '/a/0 is NaN'],
    [RangeError, 'not_finite', { a: -Infinity }, '/a is NaN or infinite'],
    [RangeError, 'unsafe_integer', { order: { amount: 2 ** 53 + 1 } }, '/order/amount is an integer beyond 2^53 - 1'],
    [RangeError, 'unsafe_integer', { a: -(2 ** 53) }, 'pass a bigint such as 9007199254740993n'],
    [RangeError, 'unsafe_integer', { a: 1e300 }, 'pass a bigint such as 9007199254740993n'],
    [RangeError, 'inexact_number', { a: 0.1 + 0.2 }, '/a has more than 15 digits'],
    [RangeError, 'inexact_number', { a: 99999999999999.99 }, '/a has more than 15 digits'],
    [RangeError, 'out_of_range', { a: 2n ** 128n }, '/a is a bigint of more than 128 bits'],
    [RangeError, 'too_deep', cycle, '/self/self'],
    [RangeError, 'too_deep', { a: deep(32) }, 'nested deeper than 32 levels'],
    [RangeError, 'too_large', { a: 'x'.repeat(16 * 1024 * 1024) }, 'longer than 16777216 bytes'],
    [TypeError, 'lone_surrogate', { a: '\ud800' }, '/a has half of a surrogate pair'],
    [TypeError, 'lone_surrogate', { a: { '\udc00': 1 } }, '/a has a member'],
    [TypeError, 'undefined_element', { a: [1, undefined] }, '/a/1 is undefined'],
    [TypeError, 'undefined_element', { a: new Array(4294967295) }, '/a/0 is undefined'],
    [TypeError, 'unsupported_type', { 'a/b~': () => 1 }, '/a~1b~0 is a function'],
    [TypeError, 'unsupported_type', { a: Symbol('s') }, '/a is a symbol'],
    [TypeError, 'unsupported_type', { a: 1, toJSON: () => ({}) }, '/toJSON is a function'],
    [TypeError, 'not_plain', { a: new Date(0) }, '/a is a Date'],
    [TypeError, 'not_plain', { a: new Map() }, '/a is an instance of a class'],
    [TypeError, 'not_plain', { a: new Money() }, '/a is an instance of a class'],
    [TypeError, 'not_plain', { a: new String('a') }, '/a is an instance of a class'],
    [TypeError, 'not_plain', { a: Object.create({ b: 1 }) }, '/a is an instance of a class'],
    [TypeError, 'not_plain', { a: Buffer.from('a') }, '/a is bytes'],
    [TypeError, 'not_plain', { a: new ArrayBuffer(1) }, '/a is an ArrayBuffer'],
    [TypeError, 'not_plain', { a: Promise.resolve() }, '/a is a promise'],
    [TypeError, 'not_plain', new Float64Array(1), 'the whole body is a Float64Array'],
  ]
  for (const [type, code, value, text] of cases) {
    refuses(type, code, () => doku.check('request', value), text)
    refuses(type, code, () => doku.prepare(value), text)
  }
  for (const value of [null, undefined, true, 1, 1n, 'x', '{}', Symbol('s'), () => 1]) {
    refuses(TypeError, 'not_an_object', () => doku.prepare(value), 'a Buffer with its JSON')
  }
})

test('errors and reports are JSON', () => {
  const great = order({ amount: 2n ** 60n })
  const report = JSON.parse(JSON.stringify(doku.check('request', great)))
  assert.equal(report.violations.find(({ code }) => code === 'too_large').limit, '9999999999999999')
  const written = (run) => {
    try {
      run()
    } catch (error) {
      return JSON.parse(JSON.stringify(error))
    }
  }
  const { message, violations, ...others } = written(() => doku.prepare(great, { requestId: 'r-1' }))
  assert.match(message, /^the body breaks the contract in /)
  assert.deepEqual(violations, report.violations)
  assert.deepEqual(others, {
    name: 'DokuError',
    code: 'violations',
    outcome: 'nothing_sent',
    requestId: null,
    isRetryable: false,
    syntax: null,
    verification: null,
    rejection: null,
  })
  const unproven = written(() => verifier.verifyNotification('/n', {}, Buffer.alloc(0)))
  assert.deepEqual([unproven.name, unproven.code, unproven.outcome], ['VerificationError', 'missing_header', null])
  assert.deepEqual(unproven.verification, { code: 'missing_header', header: 'Client-Id' })
  assert.equal(written(() => doku.check('request', { a: [{ 'b/': NaN }] })).pointer, '/a/0/b~1')
})

test('an order is signed now', () => {
  const { headers } = doku.prepare(order()).sign({ clientId: 'BRN-1', secretKey: 'SK-1' })
  assert.ok(Math.abs(Date.now() - Date.parse(headers['request-timestamp'])) < 60_000, headers['request-timestamp'])
})

test('values are written as JSON.stringify writes them', () => {
  const sparse = Object.assign(Object.create(null), { amount: 5, none: undefined, [Symbol('s')]: 1 })
  const values = [
    {},
    [],
    sparse,
    { a: -0, b: 1.5, c: 1e-7, d: 123456789012345, e: 0.1, f: 2 ** 53 - 1, g: -12.25 },
    { 2: 'two', 1: 'one', text: '"\\/\b\f\n\r\t\u0000\u2028é𝄞' },
    [[null, true, false, [[]]]],
    vm.runInNewContext('({ a: [{ b: 1 }] })'),
  ]
  for (const value of values) {
    const request = { ...order(), x: value }
    const text = JSON.stringify(request)
    assert.deepEqual(doku.check('request', request), doku.check('request', Buffer.from(text)), text)
  }
  const whole = order({ amount: 100_000n })
  assert.equal(doku.prepare(whole).body.toString(), JSON.stringify(order()))
})

test('what is frozen does not change', () => {
  const bytes = Buffer.from(JSON.stringify(order()))
  const text = bytes.toString()
  const prepared = doku.prepare(bytes)
  bytes.fill(0)
  prepared.body.fill(0)
  assert.equal(prepared.body.toString(), text)
  const shared = new Uint8Array(new SharedArrayBuffer(text.length))
  shared.set(Buffer.from(text))
  assert.equal(doku.prepare(shared).digest, prepared.digest)
  assert.equal(doku.digest(detached), doku.digest(Buffer.alloc(0)))
})

test('exceptions of the caller pass as they are', () => {
  const mine = new Error('mine')
  const thrown = (value) =>
    assert.throws(
      () => doku.check('request', value),
      (error) => error === mine,
    )
  const fail = () => {
    throw mine
  }
  thrown({
    a: {
      get b() {
        fail()
      },
    },
  })
  thrown(new Proxy({}, { ownKeys: fail }))
  thrown({
    a: new Proxy(
      {},
      {
        get: fail,
        ownKeys: () => ['b'],
        getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: 1 }),
      },
    ),
  })
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  assert.throws(
    () => doku.check('request', { a: proxy }),
    (error) => error instanceof Error,
  )
})

test('bodies that are not the raw bytes', () => {
  const bodies = [
    {},
    { order: {} },
    '{}',
    '',
    null,
    undefined,
    1,
    [],
    new ArrayBuffer(2),
    new Uint16Array(2),
    new DataView(new ArrayBuffer(2)),
    new Date(),
  ]
  for (const body of bodies) {
    refuses(TypeError, 'not_bytes', () => verifier.verifyNotification('/n', [], body), 'express.raw')
    refuses(TypeError, 'not_bytes', () => verifier.verifyResponse('/n', 'r-1', [], body), 'before any JSON parser')
    refuses(TypeError, 'not_bytes', () => doku.digest(body), 'the exact bytes that are sent or were received')
    refuses(TypeError, 'not_bytes', () => doku.PreparedOrder.restore(body, 'r-1'), 'the bytes that .body gave')
  }
  const swapped = () => doku.PreparedOrder.restore('r-1', Buffer.from('{}'))
  refuses(TypeError, 'not_bytes', swapped, 'swapped; pass the body first')
  for (const [body, name] of [
    [new ArrayBuffer(2), 'an ArrayBuffer'],
    [new Uint16Array(2), 'a Uint16Array'],
    [new DataView(new ArrayBuffer(2)), 'a DataView'],
  ]) {
    refuses(TypeError, 'not_bytes', () => doku.digest(body), `met ${name}`)
  }
})

test('text that is no text', () => {
  for (const wrong of [null, undefined, 1, NaN, 1n, {}, [], Buffer.from('BRN-1'), Symbol('s'), new String('a')]) {
    refuses(TypeError, 'not_text', () => new doku.Verifier(wrong, 'SK-1'), 'the client id must be a string')
    refuses(TypeError, 'not_text', () => new doku.Verifier('BRN-1', wrong), 'the secret key must be a string')
    refuses(TypeError, 'not_text', () => new doku.Verifier('BRN-1', 'SK-1', wrong), 'the secret key must be a string')
    refuses(TypeError, 'not_text', () => verifier.verifyNotification(wrong, {}, Buffer.alloc(0)))
    refuses(TypeError, 'not_text', () => doku.sign(wrong, parts))
    refuses(TypeError, 'not_text', () => doku.check(wrong, {}))
    for (const name of ['clientId', 'requestId', 'requestTimestamp', 'target', 'digest']) {
      if (wrong === undefined || (wrong === null && name === 'digest')) continue
      refuses(TypeError, 'not_text', () => doku.sign('SK-1', { ...parts, [name]: wrong }))
    }
    if (wrong !== undefined) refuses(TypeError, 'not_text', () => doku.prepare(order(), { requestId: wrong }))
  }
  refuses(TypeError, 'lone_surrogate', () => doku.sign('SK-\ud800', parts))
  refuses(TypeError, 'lone_surrogate', () =>
    verifier.verifyNotification('/n', { signature: '\udfff' }, Buffer.alloc(0)),
  )
})

test('components that would make a wrong signature', () => {
  const { digest: _, ...forgotten } = parts
  refuses(TypeError, 'missing_option', () => doku.sign('SK-1', forgotten), 'digest')
  refuses(TypeError, 'missing_option', () => doku.sign('SK-1', { ...parts, responseTimestamp: 'x' }), 'either')
  refuses(TypeError, 'unknown_option', () => doku.sign('SK-1', { ...parts, body: '' }), 'have no member body; known are clientId')
  refuses(TypeError, 'not_an_object', () => doku.sign('SK-1', 'Client-Id:'))
  refuses(RangeError, 'invalid_date', () => doku.sign('SK-1', { ...parts, requestTimestamp: new Date(NaN) }))
  for (const [name, value] of [
    ['clientId', 'a\nb'],
    ['requestId', ''],
    ['target', 'n'],
    ['digest', 'x'],
    ['requestTimestamp', ''],
  ]) {
    refuses(doku.DokuError, 'configuration', () => doku.sign('SK-1', { ...parts, [name]: value }))
  }
  const signer = { clientId: 'BRN-1', secretKey: 'SK-1', timestamp: 'yesterday' }
  refuses(doku.DokuError, 'configuration', () => doku.prepare(order()).sign(signer), 'a time in utc')
  const date = { ...parts, requestTimestamp: new Date('2021-07-07T08:45:42.999Z') }
  assert.equal(doku.sign('SK-1', date), doku.sign('SK-1', parts))
})

test('headers in each form', () => {
  const body = Buffer.from(
    '{"order":{"invoice_number":"INV-1","amount":9999999999999999},"transaction":{"status":"SUCCESS"}}',
  )
  const target = '/payments/notifications'
  const signature = doku.sign('SK-not-a-real-key', { ...parts, target, digest: doku.digest(body) })
  const headers = {
    'Client-Id': 'BRN-1',
    'request-id': 'r-1',
    'REQUEST-TIMESTAMP': parts.requestTimestamp,
    Signature: signature,
  }
  const forms = [
    headers,
    new Headers(headers),
    new Map(Object.entries(headers)),
    Object.entries(headers),
    Object.entries(headers).flat(),
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    { ...headers, age: undefined, 'x-n': 5 },
  ]
  for (const form of forms) {
    const notification = verifier.verifyNotification(target, form, body)
    assert.equal(notification.amount, 9999999999999999n)
    assert.equal(notification.payment.order.amount, 9999999999999999n)
    assert.deepEqual(
      [notification.invoiceNumber, notification.status, notification.isFinal],
      ['INV-1', 'SUCCESS', true],
    )
    assert.deepEqual(notification.age(new Date('2021-07-07T08:46:00Z')), { kind: 'fresh' })
    assert.deepEqual(notification.age(Date.parse('2021-07-07T09:45:42Z')), { kind: 'late', seconds: 3600 })
    assert.deepEqual(notification.age(Date.parse('2021-07-07T07:45:42Z')), { kind: 'future', seconds: 3600 })
    for (const now of [NaN, -1, Infinity, new Date(NaN)])
      refuses(RangeError, 'out_of_range', () => notification.age(now))
  }
  const twice = [...Object.entries(headers), ['signature', signature]]
  refuses(doku.VerificationError, 'duplicate_header', () => verifier.verifyNotification(target, twice, body))
  refuses(doku.VerificationError, 'duplicate_header', () =>
    verifier.verifyNotification(target, { ...headers, signature: [signature] }, body),
  )
  refuses(doku.VerificationError, 'missing_header', () => verifier.verifyNotification(target, {}, body))
  refuses(doku.VerificationError, 'malformed_target', () => verifier.verifyNotification('payments', headers, body))
  const wrongs = [
    null,
    undefined,
    1,
    'Signature: x',
    ['Signature'],
    Buffer.from('x'),
    new Set([1]),
    [['a', 'b'], 'c', 'd'],
  ]
  for (const wrong of wrongs) {
    refuses(TypeError, 'not_headers', () => verifier.verifyNotification(target, wrong, body), 'rawHeaders')
  }
  const incoming = { rawHeaders: Object.entries(headers).flat(), headers }
  for (const whole of [incoming, { raw: incoming }, new Response(null, { headers })]) {
    refuses(TypeError, 'not_headers', () => verifier.verifyNotification(target, whole, body), 'a whole request')
  }
  const afterwards = new Date('2021-07-07T09:45:42.999Z')
  const sent = verifier.verifyNotification(target, headers, body)
  assert.deepEqual(sent.age(afterwards), { kind: 'late', seconds: 3600 })
  const unreadable = Buffer.from('no json')
  const changed = {
    ...headers,
    Signature: doku.sign('SK-not-a-real-key', { ...parts, target, digest: doku.digest(unreadable) }),
  }
  const notification = verifier.verifyNotification(target, changed, unreadable)
  const { invoiceNumber, amount, status, payment } = notification
  assert.deepEqual([invoiceNumber, amount, status, payment], [null, null, null, null])
  assert.match(notification.unreadable, /^the body is not json/)
})

test('a side field of another type costs nothing but itself', () => {
  const read = (name) => {
    const body = Buffer.from(spec(`examples/payment_notification.notification.${name}.json`))
    const headers = {
      'Client-Id': parts.clientId,
      'Request-Id': parts.requestId,
      'Request-Timestamp': parts.requestTimestamp,
      Signature: doku.sign('SK-not-a-real-key', { ...parts, digest: doku.digest(body) }),
    }
    return [verifier.verifyNotification(parts.target, headers, body), body]
  }
  const wrong = (pointer, message) => [{ pointer, code: 'wrong_type', message }]
  for (const [name, notes] of [
    ['additional-info-list', wrong('/additional_info', 'must be an object, found an array')],
    [
      'identifier-value-number',
      wrong('/peer_to_peer_info/identifier/0/value', 'must be a string, found a number'),
    ],
  ]) {
    const [notification] = read(`${name}.invalid`)
    assert.deepEqual([notification.amount, notification.status, notification.notes], [90_000n, 'SUCCESS', notes])
  }
  for (const [name, reason] of [
    ['amount-thousands', /more than two decimals/],
    ['amount-fraction', /a fraction of a rupiah/],
  ]) {
    const [notification, body] = read(`${name}.invalid`)
    assert.deepEqual([notification.amount, notification.payment, notification.notes], [null, null, []])
    assert.match(notification.unreadable, reason)
    const pointers = doku.check('notification', body).violations.map((violation) => violation.pointer)
    assert.deepEqual(pointers, ['/order/amount'])
  }
})

test('options of a client', () => {
  const client = (changes) => () => new doku.Client({ ...settings, ...changes })
  for (const [type, code, changes, text] of [
    [TypeError, 'unknown_option', { secret: 'x' }, 'the options have no member secret; known are environment'],
    [TypeError, 'missing_option', { environment: undefined }],
    [TypeError, 'not_text', { environment: null }],
    [TypeError, 'not_a_number', { timeout: '5' }],
    [TypeError, 'not_a_boolean', { denyAdvisories: 1 }],
    [TypeError, 'not_an_array', { furtherKeys: 'SK-next' }],
    [TypeError, 'not_text', { furtherKeys: [1] }],
    [RangeError, 'out_of_range', { timeout: NaN }],
    [RangeError, 'out_of_range', { connectTimeout: 0 }],
    [RangeError, 'out_of_range', { attemptTimeout: 2 ** 53 + 1 }],
    [RangeError, 'out_of_range', { attempts: 1.5 }],
    [doku.DokuError, 'configuration', { environment: 'Sandbox' }, 'pass "sandbox", "production", or a url such as'],
    [doku.DokuError, 'configuration', { environment: 'http://doku.example' }],
    [doku.DokuError, 'configuration', { secretKey: 'SK-1\n' }],
    [doku.DokuError, 'configuration', { secretKey: '"SK-1"' }, 'the secret key is in quotation marks'],
    [doku.DokuError, 'configuration', { secretKey: 'SK-1\u200b' }, 'the secret key has a character that nobody sees'],
    [doku.DokuError, 'configuration', { secretKey: 'SK\x001' }, 'the secret key has a control character'],
    [doku.DokuError, 'configuration', { secretKey: 'BRN-1' }, 'the secret key begins as client ids do'],
    [doku.DokuError, 'configuration', { clientId: '' }],
    [doku.DokuError, 'configuration', { clientId: "'BRN-1'" }, 'the client id is in quotation marks'],
    [doku.DokuError, 'configuration', { clientId: '\ufeffBRN-1' }, 'such as a byte order mark'],
    [doku.DokuError, 'configuration', { clientId: settings.secretKey }, 'the client id begins with SK-'],
    [doku.DokuError, 'configuration', { clientId: CLIENT_ID }, "these credentials are the simulator's"],
    [doku.DokuError, 'configuration', { environment: 'production', secretKey: SECRET_KEY }, "are the simulator's"],
    [doku.DokuError, 'configuration', { environment: 'https://api.doku.com', clientId: CLIENT_ID }, 'the simulator'],
  ]) {
    refuses(type, code, client(changes), text)
  }
  refuses(TypeError, 'not_an_object', () => new doku.Client())
  refuses(TypeError, 'unknown_option', () => doku.Client.fromEnv(settings))
  refuses(TypeError, 'unknown_option', () => doku.prepare(order(), { id: 'r-1' }), 'have no member id')
  for (const wrong of [null, 'r-1', 1]) refuses(TypeError, 'not_an_object', () => doku.prepare(order(), wrong))
  refuses(RangeError, 'unknown_kind', () => doku.check('order', {}))
})

test('promises reject, and nothing is sent', async () => {
  const client = new doku.Client(settings)
  for (const wrong of [null, undefined, {}, order(), Object.create(doku.PreparedOrder.prototype)]) {
    await assert.rejects(client.send(wrong), { name: 'TypeError', code: 'not_prepared' })
  }
  for (const wrong of [null, undefined, 1, {}])
    await assert.rejects(client.checkStatus(wrong), { name: 'TypeError', code: 'not_text' })
  await assert.rejects(client.checkStatus(''), { name: 'DokuError', code: 'configuration', outcome: 'unknown' })
  await assert.rejects(client.generateOrder({}), { name: 'DokuError', code: 'violations', outcome: 'nothing_sent' })
  await assert.rejects(client.generateOrder(), { name: 'TypeError', code: 'not_an_object' })
})

test('what is verified or checked cannot be made by hand', () => {
  for (const type of [
    doku.Notification,
    doku.PreparedOrder,
    doku.SignedRequest,
    doku.GeneratedOrder,
    doku.CheckedStatus,
  ]) {
    refuses(TypeError, 'illegal_constructor', () => new type())
  }
  assert.throws(() => Reflect.get(doku.Client.prototype, 'environment', {}), TypeError)
})
