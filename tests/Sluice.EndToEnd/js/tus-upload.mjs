// Uploads a file with tus-js-client as its documentation shows it: everything else is the library's default, retries too.
// node tus-upload.mjs <endpoint> <file> <target>
import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import * as tus from 'tus-js-client'

const [endpoint, path, target] = process.argv.slice(2)
const upload = new tus.Upload(createReadStream(path), {
  endpoint,
  metadata: { filename: basename(path), target },
  onError(error) {
    console.error(String(error))
    process.exit(1)
  },
  onSuccess() {
    console.log(upload.url)
  },
})
upload.start()
