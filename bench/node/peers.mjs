// peers.mjs LIBRARY ROW COUNT: one row of a library of Node.js with a warm pool of two; prints the figure.
// singly: items per second. round-trip: microseconds. peers.mjs versions: what is installed.
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const workers = 2
const require = createRequire(import.meta.url)
const worker = name => fileURLToPath(new URL(name, import.meta.url))

function load(name) {
  try {
    return require(name)
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error
    console.error(`${name} is not installed (./run.sh bench --install-peers)`)
    process.exit(3)
  }
}

const libraries = {
  // Threads of one process.
  piscina() {
    const pool = new (load('piscina').Piscina)({ filename: worker('piscina_worker.cjs'), minThreads: workers, maxThreads: workers })
    return { call: x => pool.run(x), end: () => pool.destroy() }
  },
  workerpool() {
    const pool = load('workerpool').pool(worker('workerpool_worker.cjs'), { minWorkers: workers, maxWorkers: workers, workerType: 'process' })
    return { call: x => pool.exec('increment', [x]), end: () => pool.terminate() }
  },
}

const rows = {
  async singly(call, count) {
    const start = performance.now()
    const results = await Promise.all(Array.from({ length: count }, (_, i) => call(i)))
    const seconds = (performance.now() - start) / 1e3
    if (results.some((result, i) => result !== i + 1)) throw new Error('a result is wrong')
    return count / seconds
  },
  async 'round-trip'(call, count) {
    const start = performance.now()
    for (let i = 0; i < count; i++) {
      if (await call(i) !== i + 1) throw new Error('a result is wrong')
    }
    return (performance.now() - start) / count * 1e3
  },
}

const [library, row, count] = process.argv.slice(2)
if (library === 'versions') {
  console.log(`Node.js\t${process.versions.node}`)
  for (const name of Object.keys(libraries)) {
    let version = ''
    try {
      version = require(`./node_modules/${name}/package.json`).version
    } catch {
      // Not installed.
    }
    console.log(`${name}\t${version}`)
  }
} else {
  const { call, end } = libraries[library]()
  await rows.singly(call, 2000)
  console.log(await rows[row](call, Number(count)))
  await end()
}
