// Functions of verify.mjs, one question a line: what test_vectors.py asks of both verifiers.
import { readFileSync } from 'node:fs'
import { canonical, parseCanonical, pathLength, readable, rootOf, usableKey, verifyEd25519 } from '../../verifier/verify.mjs'

const hex = (text) => Buffer.from(text, 'hex')

const functions = {
  ed25519: ({ key, msg, sig }) => verifyEd25519(hex(key), hex(msg), hex(sig)),
  usable: ({ key }) => usableKey(hex(key)),
  readable: ({ digest }) => readable(hex(digest)),
  canonical: ({ line }) => {
    try {
      return canonical(parseCanonical(hex(line)))
    } catch (refusal) {
      return refusal.reason
    }
  },
  root: ({ leaf, index, size, path }) => {
    const found = rootOf(hex(leaf), BigInt(index), BigInt(size), path.map(hex))
    return found && found.toString('hex')
  },
  length: ({ index, size }) => pathLength(BigInt(index), BigInt(size)),
}

for (const line of readFileSync(0, 'utf8').split('\n')) {
  const { f, ...rest } = JSON.parse(line)
  process.stdout.write(JSON.stringify(functions[f](rest)) + '\n')
}
