#!/usr/bin/env node
// Check a proof of one's own journal, offline: the same checks, reasons, sentences and exit codes as verify.py, written a
// second time in another language from docs/specs/proof.md, so that a mistake in one is seen by the other.
//
//     node verify.mjs DOSSIER [--policy FICHIER] [--letter CODE] [--years 2026-2027] [--at INSTANT] [--json]
//
// No package, no network. Here Ed25519 is OpenSSL's, by node:crypto; verify.py has its own.

import { createHash, createHmac, createPublicKey, verify as opensslVerify } from 'node:crypto'
import { closeSync, existsSync, fstatSync, openSync, readSync, realpathSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const HOLDS = 0
export const REFUSED = 1
export const MISUSED = 2
export const UNSIGNED = 3
const WINDOW = 64
const YEARS = 120
const SKEW = 300
const LINE_MAX = 1 << 20
const POLICY_MAX = 1 << 16
const DEPTH_MAX = 32
const SIGNATURES_MAX = 32
const BUCKET_MEAN = 32n
const RECEIPT_MAX = 1370
const RECORD_MEMBERS =
  'v space seq prev at actor act objects basis decision rules channel client build'.split(' ')
const HEX32 = /^[0-9a-f]{64}$/
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const INSTANT = /^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$/
const NAME = /^[!-*,-~]{1,255}$/
const DECIMAL = /^(?:0|[1-9][0-9]{0,15})$/
const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz'

export const REASONS = {
  'unreadable': 'Ce fichier ne peut pas être lu.',
  'seal': 'Le fichier est abîmé, coupé ou modifié : il ne finit pas par sa propre empreinte.',
  'form': "Le fichier n'a pas la forme prévue.",
  'checkpoint': "Un état signé du journal public n'a pas la forme prévue.",
  'index': "L'index ne correspond pas à l'état du journal public.",
  'year-key': "La clé d'une année n'est pas celle qui a été promise à l'ouverture.",
  'record': "Une ligne du journal ne dit pas tout ce qu'elle doit dire, ou parle d'un autre espace.",
  'sequence': 'Les numéros ou les années des lignes ne se suivent pas.',
  'chain': "Une ligne ne suit pas celle d'avant : une ligne a été retirée, ajoutée, déplacée ou modifiée.",
  'inclusion': "Une ligne n'est pas dans le journal public.",
  'bucket': "Une case de l'index n'est pas celle que le journal public annonce.",
  'presence': "Une ligne montrée manque dans l'index public.",
  'absence': 'Le journal public contient une ligne qui ne vous est pas montrée.',
  'window': 'Le dossier ne montre pas assez de places vides après la dernière ligne.',
  'time': "La date d'une ligne n'est pas possible.",
  'letter': "Le code du journal n'est pas celui de la lettre d'ouverture : c'est le journal d'un autre.",
  'years': 'Le dossier ne montre pas toutes les années attendues.',
  'policy': 'La liste des signataires ne peut pas être utilisée.',
  'origin': 'Ce dossier vient d\'un autre journal public que celui de la liste des signataires.',
  'signature': 'Une signature est fausse.',
  'signature-unknown': "Un signataire n'est pas dans la liste des signataires. Demandez la liste la plus récente.",
  'future': "Une signature porte une date qui n'est pas encore arrivée. L'heure de cet ordinateur est-elle juste ?",
  'quorum': 'Trop peu de témoins indépendants ont signé.',
  'stale': 'Les témoins ont signé il y a trop longtemps : des lignes plus récentes peuvent manquer.',
}

class Refused extends Error {
  constructor (reason, line = null) {
    super(reason)
    this.reason = reason
    this.line = line
  }
}

function need (holds, reason, line = null) {
  if (!holds) throw new Refused(reason, line)
}

// --- canonical JSON ----------------------------------------------------------------------------------------------------

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value)

/** Return the only text of a value; throws RangeError for a value without one. */
export function canonical (value, depth = 0) {
  if (depth > DEPTH_MAX) throw new RangeError('too deep')
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new RangeError('not an integer all readers agree about')
    return JSON.stringify(value)
  }
  if (typeof value === 'string') {
    if (/\p{Surrogate}/u.test(value)) throw new RangeError('half a character')
    return JSON.stringify(value)
  }
  if (Array.isArray(value)) return '[' + value.map((one) => canonical(one, depth + 1)).join(',') + ']'
  // The default order of strings is that of UTF-16 units, as RFC 8785 §3.2.3 asks.
  const parts = Object.keys(value).sort().map((key) => canonical(key) + ':' + canonical(value[key], depth + 1))
  return '{' + parts.join(',') + '}'
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Read the canonical bytes of an object; any other bytes are refused. */
export function parseCanonical (bytes) {
  try {
    const text = utf8.decode(bytes)
    const value = JSON.parse(text)
    if (isObject(value) && canonical(value) === text) return value
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError || error instanceof TypeError)) throw error
  }
  throw new Refused('form')
}

// --- hashes and trees --------------------------------------------------------------------------------------------------

function sha256 (...parts) {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

const prf = (key, ...parts) => createHmac('sha256', key).update(Buffer.concat(parts)).digest()
const label = (name) => Buffer.from('espace-journal/v1/' + name + '\0')

function u64 (value) {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return bytes
}

/** Return the root over `size` leaves that leaf `index` and its path lead to; null when no such path exists.
 *
 * Read from the top of the tree down, as the definition of RFC 6962 §2.1.1 goes; verify.py goes up from the leaf. */
export function rootOf (leaf, index, size, path) {
  if (index >= size || path.length > 64) return null
  if (size === 1n) return path.length === 0 ? leaf : null
  if (path.length === 0) return null
  let half = 1n
  while (half * 2n < size) half *= 2n
  const [below, sibling] = [path.slice(0, -1), path[path.length - 1]]
  if (index < half) {
    const left = rootOf(leaf, index, half, below)
    return left && sha256(Buffer.from([1]), left, sibling)
  }
  const right = rootOf(leaf, index - half, size - half, below)
  return right && sha256(Buffer.from([1]), sibling, right)
}

export function pathLength (index, size) {
  let [count, at, left] = [0, index, size]
  while (left > 1n) {
    let half = 1n
    while (half * 2n < left) half *= 2n
    if (at < half) left = half
    else [at, left] = [at - half, left - half]
    count += 1
  }
  return count
}

export function bucketBits (size) {
  let bits = 0
  while (BigInt(size) > (BUCKET_MEAN << BigInt(bits))) bits += 1
  return bits
}

/** Return the first 100 bits as 20 characters of Crockford's base 32. */
export function readable (digest) {
  const bits = BigInt('0x' + digest.subarray(0, 13).toString('hex')) >> 4n
  let text = ''
  for (let shift = 95n; shift >= 0n; shift -= 5n) text += CROCKFORD[Number((bits >> shift) & 31n)]
  return text
}

// --- Ed25519: OpenSSL computes, these two look at what it lets pass ------------------------------------------------------

const P = (1n << 255n) - 19n
// The sign left out, the y of the eight points of small order (RFC 7748 §6.1 and RFC 8032 §5.1 name the curve).
const SMALL = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
])

/** Say whether 32 bytes may be a point: y below the prime, and no point of small order. */
function soundPoint (bytes) {
  const y = Buffer.from(bytes)
  y[31] &= 0x7f
  return BigInt('0x' + Buffer.from(y).reverse().toString('hex')) < P && !SMALL.has(y.toString('hex'))
}

const SPKI = Buffer.from('302a300506032b6570032100', 'hex')

export function verifyEd25519 (key, message, signature) {
  if (key.length !== 32 || signature.length !== 64) return false
  if (!soundPoint(key) || !soundPoint(signature.subarray(0, 32))) return false
  try {
    const made = createPublicKey({ key: Buffer.concat([SPKI, key]), format: 'der', type: 'spki' })
    return opensslVerify(null, message, made, signature)
  } catch {
    return false
  }
}

/** Say whether 32 bytes are the encoding of a point of the curve, of no small order. */
export function usableKey (key) {
  if (key.length !== 32 || !soundPoint(key)) return false
  const y = BigInt('0x' + Buffer.from(key.map((byte, at) => at === 31 ? byte & 0x7f : byte)).reverse().toString('hex'))
  const mod = (value) => ((value % P) + P) % P
  const power = (base, exponent) => {
    let [found, square] = [1n, mod(base)]
    for (; exponent; exponent >>= 1n) {
      if (exponent & 1n) found = found * square % P
      square = square * square % P
    }
    return found
  }
  const d = mod(-121665n * power(121666n, P - 2n))
  // x² exists when it is a square: Euler's criterion. x = 0 only for points of small order, out already.
  return power(mod((y * y - 1n) * power(d * y * y + 1n, P - 2n)), (P - 1n) / 2n) === 1n
}

// --- signed notes and the policy -----------------------------------------------------------------------------------------

function unbase64 (text) {
  const data = Buffer.from(text, 'base64')
  return data.toString('base64') === text ? data : null
}

class Note {
  constructor (text) {
    need(typeof text === 'string', 'checkpoint')
    const cut = text.indexOf('\n\n')
    need(cut >= 0, 'checkpoint')
    const said = text.slice(0, cut).split('\n')
    const lines = text.slice(cut + 2)
    need(said.length === 3 && lines.endsWith('\n'), 'checkpoint')
    this.text = Buffer.from(text.slice(0, cut + 1))
    this.origin = said[0]
    need(NAME.test(said[0]) && DECIMAL.test(said[1]) && Number.isSafeInteger(Number(said[1])), 'checkpoint')
    this.size = BigInt(said[1])
    this.root = unbase64(said[2])
    need(this.root !== null && this.root.length === 32, 'checkpoint')
    const signatures = lines.slice(0, -1).split('\n').map(Note.signature)
    ;[this.own] = signatures
    this.others = signatures.slice(1)
    need(signatures.length <= SIGNATURES_MAX && this.own.name === this.origin, 'checkpoint')
    need(this.own.data.length === 64 && this.others.every((other) => other.data.length === 72), 'checkpoint')
    const named = this.others.map((other) => other.name + ' ' + other.id)
    need(named.every((one, at) => at === 0 || Note.before(this.others[at - 1], this.others[at])), 'checkpoint')
  }

  static before (a, b) {
    return a.name < b.name || (a.name === b.name && a.id < b.id)
  }

  static signature (line) {
    const parts = line.split(' ')
    need(parts.length === 3 && parts[0] === '\u2014' && NAME.test(parts[1]), 'checkpoint')
    const data = unbase64(parts[2])
    need(data !== null && (data.length === 68 || data.length === 76), 'checkpoint')
    return { name: parts[1], id: data.subarray(0, 4).toString('hex'), data: data.subarray(4) }
  }
}

function sameMembers (value, names) {
  return isObject(value) && Object.keys(value).length === names.length && names.every((name) => Object.hasOwn(value, name))
}

class Policy {
  constructor (bytes) {
    let said
    try {
      const text = utf8.decode(bytes)
      said = JSON.parse(text)
      // 2.0 is not written 2: outside its strings, no number has a fraction or an exponent.
      need(!/[0-9][.eE]/.test(text.replace(/"(?:[^"\\]|\\.)*"/g, '""')), 'policy')
    } catch {
      throw new Refused('policy')
    }
    need(sameMembers(said, ['kind', 'v', 'log', 'index', 'light', 'mirror', 'max_age_seconds']), 'policy')
    need(said.kind === 'espace-preuve-regles', 'policy')
    this.maxAge = Policy.count(said.max_age_seconds)
    need(Policy.count(said.v) === 1, 'policy')
    this.seen = new Set()
    this.byId = new Map()
    this.log = this.key(said.log, 1)
    this.index = this.key(said.index, 1)
    need(this.index.name === this.log.name + '/index', 'policy')
    this.need = {}
    for (const role of ['light', 'mirror']) {
      need(sameMembers(said[role], ['keys', 'need']) && Array.isArray(said[role].keys), 'policy')
      this.need[role] = Policy.count(said[role].need, 0)
      need(this.need[role] <= said[role].keys.length, 'policy')
      for (const text of said[role].keys) {
        const cosigner = { ...this.key(text, 4), role }
        this.byId.set(cosigner.id, cosigner)
      }
    }
    // Nobody outside signs this log, and its policy says so: then in both roles, and it never gives more than code 3.
    this.isAlone = this.byId.size === 0
    need(this.isAlone || (this.need.light > 0 && this.need.mirror > 0), 'policy')
  }

  static count (value, least = 1) {
    need(Number.isSafeInteger(value) && value >= least, 'policy')
    return value
  }

  key (text, kind) {
    need(typeof text === 'string', 'policy')
    const [name, id, ...rest] = text.split('+')
    need(rest.length > 0 && NAME.test(name), 'policy')
    const data = unbase64(rest.join('+'))
    need(data !== null && data.length === 33 && data[0] === kind, 'policy')
    const key = data.subarray(1)
    need(id === sha256(name + '\n', data).subarray(0, 4).toString('hex') && usableKey(key), 'policy')
    for (const one of [id, key.toString('hex')]) {
      need(!this.seen.has(one), 'policy')
      this.seen.add(one)
    }
    return { name, id, key }
  }

  check (text, signer, own, others, roles, now, maxAge) {
    need(own.id === signer.id && verifyEd25519(signer.key, text, own.data), 'signature')
    const valid = { light: 0, mirror: 0 }
    const fresh = { light: 0, mirror: 0 }
    const seen = []
    for (const { cosigner, data } of others) {
      const at = data.readBigUInt64BE(0)
      const signed = Buffer.concat([Buffer.from(`cosignature/v1\ntime ${at}\n`), text])
      need(verifyEd25519(cosigner.key, signed, data.subarray(8)), 'signature')
      need(at <= BigInt(now + SKEW), 'future')
      valid[cosigner.role] += 1
      if (maxAge === null || BigInt(now) - at <= BigInt(maxAge)) fresh[cosigner.role] += 1
      seen.push(Number(at))
    }
    need(roles.every((role) => valid[role] >= this.need[role]), 'quorum')
    need(roles.every((role) => fresh[role] >= this.need[role]), 'stale')
    return { seen, names: others.map((other) => other.cosigner.name) }
  }

  checkNote (note, signer, roles, now) {
    need(note.origin === signer.name, 'origin')
    const others = note.others.map((other) => {
      const cosigner = this.byId.get(other.id)
      need(cosigner !== undefined && cosigner.name === other.name, 'signature-unknown')
      return { cosigner, data: other.data }
    })
    return this.check(note.text, signer, note.own, others, roles, now, this.maxAge)
  }
}

// --- the bundle ----------------------------------------------------------------------------------------------------------

const MEMBERS = {
  'espace-preuve': ['kind', 'v', 'cj', 'opening', 'space', 'years'],
  'log': ['kind', 'checkpoint'],
  'index': ['kind', 'checkpoint', 'k', 'number', 'path', 'root'],
  'year': ['kind', 'year', 'key', 'path'],
  'entry': ['kind', 'record', 'index', 'log_path', 'bucket', 'path'],
  'absent': ['kind', 'bucket', 'path'],
}

function hashOf (value) {
  need(typeof value === 'string' && HEX32.test(value), 'form')
  return Buffer.from(value, 'hex')
}

function hashesOf (value) {
  need(Array.isArray(value) && value.length <= 64, 'form')
  return value.map(hashOf)
}

function countOf (value, least = 0) {
  need(Number.isSafeInteger(value) && value >= least, 'form')
  return value
}

class Bundle {
  constructor () {
    this.expected = ['espace-preuve']
    this.entries = 0
    this.lastAt = 0
    this.maxAt = 0
  }

  take (bytes) {
    const value = parseCanonical(bytes)
    const known = typeof value.kind === 'string' && Object.hasOwn(MEMBERS, value.kind)
    need(known && sameMembers(value, MEMBERS[value.kind]), 'form')
    if (!this.expected.includes(value.kind)) {
      throw new Refused(this.expected.includes('absent') && value.kind === 'year' ? 'window' : 'form')
    }
    switch (value.kind) {
      case 'espace-preuve': return this.head(value)
      case 'log': return this.takeLog(value)
      case 'index': return this.takeIndex(value)
      case 'year': return this.takeYear(value)
      case 'entry': return this.takeEntry(value)
      default: return this.takeAbsent(value)
    }
  }

  end () {
    if (this.expected[0] !== 'end') throw new Refused(this.expected.includes('absent') ? 'window' : 'form')
  }

  head (value) {
    this.cj = hashOf(value.cj)
    this.opening = countOf(value.opening, 1970)
    need(Array.isArray(value.years) && value.years.length === 2 && value.v === 1, 'form')
    ;[this.first, this.last] = value.years.map((year) => countOf(year, this.opening))
    need(this.first <= this.last && this.last < this.opening + YEARS && this.opening <= 9999 - YEARS, 'form')
    need(typeof value.space === 'string' && UUID.test(value.space), 'form')
    this.space = value.space
    const whole = this.first === this.opening
    this.seq = whole ? 0 : null
    this.prev = whole ? value.cj : null
    this.year = this.first - 1
    this.expected = ['log']
  }

  takeLog (value) {
    this.log = new Note(value.checkpoint)
    this.expected = ['index']
  }

  takeIndex (value) {
    this.index = new Note(value.checkpoint)
    need(this.index.origin === this.log.origin + '/index', 'checkpoint')
    this.bits = countOf(value.k)
    this.indexRoot = hashOf(value.root)
    const number = countOf(value.number)
    const path = hashesOf(value.path)
    need(this.bits === bucketBits(this.log.size), 'index')
    const leaf = sha256(Buffer.from([0]), u64(this.log.size), this.log.root, Buffer.from([this.bits]), this.indexRoot)
    const root = rootOf(leaf, BigInt(number), this.index.size, path)
    need(root !== null && root.equals(this.index.root), 'index')
    this.expected = ['year']
  }

  takeYear (value) {
    need(countOf(value.year) === this.year + 1, 'form')
    const key = hashOf(value.key)
    const path = hashesOf(value.path)
    const promised = sha256(Buffer.from([0]), sha256(label('key'), key))
    const root = rootOf(promised, BigInt(value.year - this.opening), BigInt(YEARS), path)
    need(root !== null && root.equals(this.cj), 'year-key')
    this.year = value.year
    this.key = key
    this.number = 0
    this.absent = 0
    this.expected = ['entry', 'absent']
  }

  takeEntry (value) {
    const position = countOf(value.index)
    const logPath = hashesOf(value.log_path)
    const { record } = value
    const at = this.record(record)
    const atYear = Number(record.at.slice(0, 4))
    need(Number.isSafeInteger(record.seq) && record.seq >= 0, 'sequence')
    need(this.seq === null || record.seq === this.seq, 'sequence')
    need(atYear <= this.year && (this.number > 0 || atYear === this.year), 'sequence')
    need(this.prev === null || record.prev === this.prev, 'chain')
    const salt = prf(this.key, label('salt'), u64(this.number))
    const com = sha256(label('com'), salt, canonical(record))
    const tag = this.tag(this.number)
    const root = rootOf(sha256(Buffer.from([0, 1]), tag, com), BigInt(position), this.log.size, logPath)
    need(root !== null && root.equals(this.log.root), 'inclusion')
    need(this.inBucket(tag, value), 'presence')
    need(at >= this.lastAt - SKEW * 1000, 'time')
    this.lastAt = at
    this.maxAt = Math.max(at, this.maxAt)
    this.seq = record.seq + 1
    this.prev = com.toString('hex')
    this.number += 1
    this.entries += 1
  }

  record (record) {
    need(isObject(record) && RECORD_MEMBERS.every((name) => Object.hasOwn(record, name)), 'record')
    need(record.v === 1 && record.space === this.space, 'record')
    need(typeof record.prev === 'string' && HEX32.test(record.prev), 'record')
    need(typeof record.at === 'string' && INSTANT.test(record.at), 'record')
    const at = new Date(record.at)
    // A day that does not exist becomes another one, or none.
    need(!Number.isNaN(at.getTime()) && at.toISOString() === record.at, 'record')
    return at.getTime()
  }

  takeAbsent (value) {
    need(!this.inBucket(this.tag(this.number + this.absent), value), 'absence')
    this.absent += 1
    this.expected = ['absent']
    if (this.absent === WINDOW) this.expected = this.year === this.last ? ['end'] : ['year']
  }

  tag (number) {
    return prf(this.key, label('tag'), u64(number))
  }

  /** Return the first k bits of a tag, as a number. */
  place (tag) {
    return BigInt('0x' + tag.toString('hex')) >> BigInt(256 - this.bits)
  }

  inBucket (tag, value) {
    const path = hashesOf(value.path)
    need(typeof value.bucket === 'string' && value.bucket.length % 64 === 0 && /^[0-9a-f]*$/.test(value.bucket), 'form')
    const bucket = Buffer.from(value.bucket, 'hex')
    const place = this.place(tag)
    let found = false
    for (let at = 0; at < bucket.length; at += 32) {
      const one = bucket.subarray(at, at + 32)
      need(at === 0 || Buffer.compare(bucket.subarray(at - 32, at), one) < 0, 'bucket')
      need(this.place(one) === place, 'bucket')
      found ||= one.equals(tag)
    }
    const top = rootOf(sha256(Buffer.from([2]), bucket), place, 1n << BigInt(this.bits), path)
    need(top !== null && sha256(Buffer.from([3, this.bits]), top).equals(this.indexRoot), 'bucket')
    return found
  }
}

/** Give the first `left` bytes of a file, piece by piece. */
function * pieces (file, left) {
  const piece = Buffer.alloc(1 << 16)
  for (let at = 0; at < left;) {
    const read = readSync(file, piece, 0, Math.min(piece.length, left - at), at)
    need(read > 0, 'unreadable', 0)
    yield piece.subarray(0, read)
    at += read
  }
}

function checkSeal (file, size) {
  need(size >= 65, 'seal', 0)
  const hash = createHash('sha256')
  for (const piece of pieces(file, size - 65)) hash.update(piece)
  const end = Buffer.alloc(66)
  const read = readSync(file, end, 0, 66, size - 65)
  need(end.subarray(0, read).toString('latin1') === hash.digest('hex') + '\n', 'seal', 0)
}

/** Give the lines of the first `left` bytes, without their ends; the memory of one line is kept. */
function * lines (file, left) {
  let kept = []
  let length = 0
  for (const piece of pieces(file, left)) {
    let from = 0
    for (let end = piece.indexOf(10); end >= 0; end = piece.indexOf(10, from)) {
      need(length + end - from < LINE_MAX, 'form')
      yield Buffer.concat([...kept, piece.subarray(from, end)])
      kept = []
      length = 0
      from = end + 1
    }
    kept.push(Buffer.from(piece.subarray(from)))
    length += piece.length - from
    need(length < LINE_MAX, 'form')
  }
  need(length === 0, 'form')
}

function checkBundle (file, size, policy, asked) {
  checkSeal(file, size)
  const bundle = new Bundle()
  let line = 1
  try {
    for (const bytes of lines(file, size - 65)) {
      bundle.take(bytes)
      line += 1
    }
    bundle.end()
  } catch (refusal) {
    if (refusal instanceof Refused) refusal.line ??= line
    throw refusal
  }
  const code = readable(bundle.cj)
  need(!asked.letter || asked.letter === code || asked.letter === bundle.cj.toString('hex'), 'letter', 1)
  const [first, last] = asked.years ?? [bundle.opening, bundle.last]
  need(bundle.first === first && bundle.last === last, 'years', 1)
  const shown = {
    file: 'bundle',
    entries: bundle.entries,
    years: [bundle.first, bundle.last],
    space: bundle.space,
    code,
    letter: Boolean(asked.letter),
    log: { origin: bundle.log.origin, size: Number(bundle.log.size), root: bundle.log.root.toString('hex') },
  }
  return policy ? checkSigners(bundle, policy, asked, shown) : [UNSIGNED, shown]
}

function checkSigners (bundle, policy, asked, shown) {
  let line = 2
  let log, index
  try {
    log = policy.checkNote(bundle.log, policy.log, ['light'], asked.now)
    line = 3
    index = policy.checkNote(bundle.index, policy.index, ['light', 'mirror'], asked.now)
  } catch (refusal) {
    if (refusal instanceof Refused) refusal.line = line
    throw refusal
  }
  if (policy.isAlone) return [UNSIGNED, { ...shown, signers: [] }]
  need(bundle.maxAt <= (Math.min(...log.seen) + SKEW) * 1000, 'time', 0)
  const seen = [...log.seen, ...index.seen]
  const latest = Math.max(...seen)
  need(asked.years || bundle.last >= new Date(latest * 1000).getUTCFullYear(), 'years', 1)
  shown.seen = [stamp(Math.min(...seen)), stamp(latest)]
  shown.signers = [...new Set([...log.names, ...index.names])].sort()
  return [HOLDS, shown]
}

function checkReceipt (data, policy, asked) {
  need(data.length >= 153 && data.length <= RECEIPT_MAX, 'form', 0)
  const size = data.readBigUInt64BE(4)
  const index = data.readBigUInt64BE(12)
  need(size <= BigInt(Number.MAX_SAFE_INTEGER) && index < size, 'form', 0)
  const signatures = 84 + 32 * pathLength(index, size)
  need(data.length >= signatures + 69 && data.length === signatures + 69 + 76 * data[signatures + 68], 'form', 0)
  const path = []
  for (let at = 84; at < signatures; at += 32) path.push(data.subarray(at, at + 32))
  const com = data.subarray(52, 84)
  const root = rootOf(sha256(Buffer.from([0, 1]), data.subarray(20, 52), com), index, size, path)
  const others = []
  for (let at = signatures + 69; at < data.length; at += 76) {
    others.push({ id: data.subarray(at, at + 4).toString('hex'), data: data.subarray(at + 4, at + 76) })
  }
  need(others.every((other, at) => at === 0 || others[at - 1].id < other.id), 'form', 0)
  const shown = {
    file: 'receipt',
    code: readable(com),
    log: { origin: '', size: Number(size), root: root.toString('hex') },
  }
  if (!policy) return [UNSIGNED, shown]
  const cosigned = others.map((other) => {
    need(policy.byId.has(other.id), 'signature-unknown', 0)
    return { cosigner: policy.byId.get(other.id), data: other.data }
  })
  const own = { id: data.subarray(signatures, signatures + 4).toString('hex'), data: data.subarray(signatures + 4, signatures + 68) }
  const text = Buffer.from(`${policy.log.name}\n${size}\n${root.toString('base64')}\n`)
  const { seen, names } = policy.check(text, policy.log, own, cosigned, ['light'], asked.now, null)
  shown.log.origin = policy.log.name
  if (policy.isAlone) return [UNSIGNED, { ...shown, signers: [] }]
  shown.seen = [stamp(Math.min(...seen)), stamp(Math.max(...seen))]
  shown.signers = names.sort()
  return [HOLDS, shown]
}

const stamp = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 19) + 'Z'

// --- the command ---------------------------------------------------------------------------------------------------------

/** Check a file; return [exit code, report]. Throws nothing for what a file may hold. */
export function verify (path, policyPath = null, asked = {}) {
  const wanted = { letter: '', years: null, ...asked, now: asked.now ?? Math.floor(Date.now() / 1000) }
  try {
    const policy = policyPath === null ? null : readPolicy(policyPath)
    const [code, shown] = withFile(path, (file, size) => {
      const start = Buffer.alloc(RECEIPT_MAX + 1)
      const read = readSync(file, start, 0, start.length, 0)
      return start.subarray(0, Math.min(read, 4)).toString('latin1') === 'ESR1'
        ? checkReceipt(start.subarray(0, read), policy, wanted)
        : checkBundle(file, size, policy, wanted)
    })
    const verdict = code === HOLDS ? 'holds' : shown.signers ? 'log-only' : 'unsigned'
    return [code, { verdict, ...shown }]
  } catch (refusal) {
    if (!(refusal instanceof Refused)) throw refusal
    return [REFUSED, { verdict: 'refused', reason: refusal.reason, line: refusal.line ?? 0 }]
  }
}

function withFile (path, use) {
  let file
  try {
    // A pipe or a device could wait or go on for ever.
    need(statSync(path).isFile(), 'unreadable', 0)
    file = openSync(path, 'r')
  } catch {
    throw new Refused('unreadable', 0)
  }
  try {
    return use(file, fstatSync(file).size)
  } catch (error) {
    throw error.syscall ? new Refused('unreadable', 0) : error
  } finally {
    closeSync(file)
  }
}

function readPolicy (path) {
  const data = Buffer.alloc(POLICY_MAX + 1)
  let read
  try {
    read = withFile(path, (file) => readSync(file, data, 0, data.length, 0))
  } catch {
    throw new Refused('policy', 0)
  }
  need(read <= POLICY_MAX, 'policy', 0)
  return new Policy(data.subarray(0, read))
}

const VERDICTS = {
  holds: ['VÉRIFIÉ. Tout se tient, selon la liste des signataires que vous avez.'],
  unsigned: ['COHÉRENT, MAIS RIEN NE DIT QUI A SIGNÉ. Il faut la liste des signataires (--policy).'],
  'log-only': [
    'COHÉRENT, MAIS SIGNÉ PAR LE SEUL JOURNAL. La liste des signataires ne nomme aucun témoin.',
    "Rien ne dit que tout le monde voit le même journal, ni qu'il n'a pas été refait, ni à quelle date.",
  ],
}

/** Return what the report says, in French, one sentence a line. */
export function sentences (code, report) {
  if (code === REFUSED) {
    const where = report.line ? ` Ligne ${report.line} du fichier.` : ''
    return [`REFUSÉ. ${REASONS[report.reason]}${where} (Motif : ${report.reason})`, 'Ne tenez rien de ce fichier pour prouvé.']
  }
  const said = VERDICTS[report.verdict].slice()
  said.push(...(report.file === 'receipt' ? ofReceipt(report) : ofBundle(code, report)))
  const { origin, size, root } = report.log
  said.push(`Journal public : ${origin ? origin + ', ' : ''}${size} lignes, empreinte ${readable(Buffer.from(root, 'hex'))}.`)
  if (code === HOLDS) {
    said.push(`Signé par : ${report.signers.join(', ')}.`)
    said.push(`Les témoins l'ont vu entre ${report.seen[0]} et ${report.seen[1]} (heure universelle).`)
  }
  said.push('Ce fichier ne peut pas montrer une lecture faite sans laisser de ligne.')
  return said
}

function ofReceipt (report) {
  return [
    `Ce reçu porte sur une seule ligne. Référence : ${report.code}.`,
    'Comparez cette référence avec celle qui vous a été donnée. Le reçu ne dit pas ce que la ligne contient.',
  ]
}

function ofBundle (code, report) {
  const said = [`Années montrées : ${report.years[0]} à ${report.years[1]}. Lignes : ${report.entries}, sans trou.`]
  if (code === HOLDS) said.push("Aucune autre ligne de ces années n'était dans le journal public à ce moment.")
  said.push(`Code du journal : ${report.code}.`)
  said.push(report.letter
    ? "C'est bien celui de votre lettre."
    : "À FAIRE PAR VOUS : comparez-le avec votre lettre d'ouverture. S'il diffère, ce n'est pas votre journal.")
  return said
}

const USAGE = `verify.mjs DOSSIER [--policy FICHIER] [--letter CODE] [--years A-B] [--at INSTANT] [--json]

Vérifie hors ligne la preuve d'un journal, ou le reçu d'une ligne.
  --policy FICHIER  la liste des signataires (sinon policy.json à côté de ce programme)
  --letter CODE     le code de votre lettre d'ouverture, 20 caractères
  --years A-B       les années attendues, par exemple 2026-2028 (sinon toutes, depuis l'ouverture)
  --at INSTANT      l'instant auquel juger, par exemple 2026-11-26T10:00:00Z (sinon maintenant)
  --json            une ligne pour un programme
Finit par 0 : tout se tient ; 1 : refusé ; 3 : cohérent, mais aucun témoin ne l'a signé ; 2 : commande mal écrite.
`

class Misuse extends Error {}

function letterOf (text) {
  const said = text.replace(/[ -]/g, '').toLowerCase()
  if (HEX32.test(said)) return said
  const code = said.replace(/o/g, '0').replace(/[il]/g, '1')
  if (code.length !== 20 || [...code].some((one) => !CROCKFORD.includes(one))) {
    throw new Misuse('--letter : le code de la lettre a 20 caractères')
  }
  return code
}

function yearsOf (text) {
  const found = /^([0-9]{4})(?:-([0-9]{4}))?$/.exec(text)
  if (!found) throw new Misuse('--years : par exemple 2026 ou 2026-2028')
  return [Number(found[1]), Number(found[2] ?? found[1])]
}

function momentOf (text) {
  const said = text.replace(/Z$/, '.000Z')
  const at = INSTANT.test(said) ? new Date(said) : new Date(NaN)
  if (Number.isNaN(at.getTime()) || at.toISOString() !== said) throw new Misuse('--at : par exemple 2026-11-26T10:00:00Z')
  return at.getTime() / 1000
}

function commandOf (words) {
  const given = { files: [], policy: null, json: false, asked: {} }
  for (let at = 0; at < words.length; at += 1) {
    if (!words[at].startsWith('-')) {
      given.files.push(words[at])
      continue
    }
    const cut = words[at].indexOf('=')
    const name = cut < 0 ? words[at] : words[at].slice(0, cut)
    if (words[at] === '--json') {
      given.json = true
      continue
    }
    if (!['--policy', '--letter', '--years', '--at'].includes(name)) throw new Misuse(`${name} : inconnu`)
    const value = cut < 0 ? words[(at += 1)] : words[at].slice(cut + 1)
    if (value === undefined) throw new Misuse(`${name} : il manque une valeur`)
    if (name === '--policy') given.policy = value
    else if (name === '--letter') given.asked.letter = letterOf(value)
    else if (name === '--years') given.asked.years = yearsOf(value)
    else given.asked.now = momentOf(value)
  }
  if (given.files.length !== 1) throw new Misuse('un fichier, et un seul')
  return given
}

export function main (words) {
  if (words.length === 1 && ['-h', '--help'].includes(words[0])) {
    process.stdout.write(USAGE)
    return HOLDS
  }
  let given
  try {
    given = commandOf(words)
  } catch (error) {
    if (!(error instanceof Misuse)) throw error
    process.stderr.write(`Commande mal écrite. ${error.message}\n\n${USAGE}`)
    return MISUSED
  }
  // Beside the program, never beside the bundle: whoever hands a bundle must not choose who is believed.
  const beside = join(dirname(fileURLToPath(import.meta.url)), 'policy.json')
  const policy = given.policy ?? (existsSync(beside) ? beside : null)
  const [code, report] = verify(given.files[0], policy, given.asked)
  process.stdout.write((given.json ? canonical(report) : sentences(code, report).join('\n')) + '\n')
  return code
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = main(process.argv.slice(2))
}
