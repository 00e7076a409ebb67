// What the control group counted, version 1 or 2. bench/run.sh makes the group and names it in the environment.
import { existsSync, readFileSync } from 'node:fs';

export class Group {
  #name = process.env.SLUICE_BENCH_GROUP ?? '';
  #second = existsSync('/sys/fs/cgroup/cgroup.controllers');
  enter = (process.env.SLUICE_BENCH_ENTER ?? '').split(' ').filter((file) => file !== '');
  cpus = Number(process.env.SLUICE_BENCH_CPUS) || null;

  get isThere() { return this.#name !== ''; }

  /** Seconds of CPU of everything that ever ran in it, or null. */
  cpuSeconds() {
    if (!this.isThere) {
      return null;
    }

    return this.#second
      ? Number(/^usage_usec (\d+)/m.exec(this.#read('cpu.stat', ''))[1]) / 1e6
      : Number(this.#read('cpuacct.usage', 'cpuacct/')) / 1e9;
  }

  /** Bytes: anon (with shared memory), kernel, sockets. The page cache is not in them. Null where there is no group. */
  memory() {
    if (!this.isThere) {
      return null;
    }

    const stat = this.#read('memory.stat', 'memory/');
    const field = (name) => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(stat)?.[1] ?? 0);
    return this.#second
      ? { anon: field('anon') + field('shmem'), kernel: field('kernel') || field('kernel_stack') + field('pagetables') + field('percpu') + field('slab'), sockets: field('sock') }
      : { anon: field('total_rss') + field('total_shmem'), kernel: Number(this.#read('memory.kmem.usage_in_bytes', 'memory/')), sockets: Number(this.#read('memory.kmem.tcp.usage_in_bytes', 'memory/')) };
  }

  #read(file, controller) {
    return readFileSync(`/sys/fs/cgroup/${this.#second ? '' : controller}${this.#name}/${file}`, 'utf8');
  }
}
