import { readdir, readFile, readlink } from 'node:fs/promises';
import { commandLineOf } from '../processes/process-identity.js';

const LISTENING = '0A';

/** Says who listens on a TCP port, as `pid 812 (postgres -D data)`; nothing where the system does not tell. */
export async function portOwner(port: number): Promise<string | undefined> {
  const inodes = await listeningInodes(port);
  if (inodes.size === 0) return undefined;
  for (const pid of (await readdir('/proc')).filter(name => /^\d+$/.test(name))) {
    if (await holdsSocket(pid, inodes)) return `pid ${pid} (${(await commandLineOf(Number(pid))).slice(0, 120)})`;
  }
  return undefined;
}

async function listeningInodes(port: number): Promise<Set<string>> {
  const tables = await Promise.all(['tcp', 'tcp6'].map(name => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')));
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = tables.flatMap(table => table.split('\n').slice(1)).map(row => row.trim().split(/\s+/));
  return new Set(rows.flatMap(row => (row[1]?.endsWith(suffix) && row[3] === LISTENING && row[9] ? [row[9]] : [])));
}

async function holdsSocket(pid: string, inodes: ReadonlySet<string>): Promise<boolean> {
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const descriptor of descriptors) {
    const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '');
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
    if (inode !== undefined && inodes.has(inode)) return true;
  }
  return false;
}
