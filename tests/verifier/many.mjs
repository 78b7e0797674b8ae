// Answers of verify.mjs for many files in one process: a question a line in, an answer a line out.
import { readFileSync } from 'node:fs'
import { canonical, sentences, verify } from '../../verifier/verify.mjs'

for (const line of readFileSync(0, 'utf8').split('\n')) {
  const { path, policy, asked } = JSON.parse(line)
  const [code, report] = verify(path, policy, asked)
  const text = sentences(code, report).join('\n')
  process.stdout.write(JSON.stringify({ code, report, text, json: canonical(report) }) + '\n')
}
