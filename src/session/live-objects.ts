import { type CatalogStore, type Commit, type ItemRow, itemId } from '../catalog/index.ts';
import type { Observations } from '../observations/index.ts';
import type { Tunnels } from '../tunnels/index.ts';

/** Makes what lives follow what was committed: tunnels of changed definitions drain, those of dropped ones end. */
export function followCommits(store: CatalogStore, tunnels: Tunnels, observations: Observations): () => void {
  return store.onCommit((commit) => {
    for (const id of touchedItems(commit)) {
      const before = commit.before.tables.items.get(id);
      const after = commit.after.tables.items.get(id);
      if (before !== undefined && after === undefined) observations.dropped(id);
      if (!isTunnel(before) && !isTunnel(after)) continue;
      if (after === undefined) tunnels.dropped(id);
      else if (before !== undefined)
        for (const changed of withTunnelsThrough(commit, after)) tunnels.definitionChanged(changed);
    }
  });
}

function touchedItems(commit: Commit): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const change of commit.changes) {
    if (change.table === 'items') ids.add(change.op === 'put' ? change.row.id : change.key);
    if (change.table === 'sshTunnelKeys' && change.op === 'put') ids.add(change.row.itemId);
  }
  return ids;
}

const isTunnel = (item: ItemRow | undefined): boolean => item?.type === 'ssh-tunnel';

/** The tunnel and those that are reached through it: their sessions ride on its own. */
function withTunnelsThrough(commit: Commit, tunnel: ItemRow): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (id: string): void => {
    if (found.has(id)) return;
    found.add(id);
    for (const dependant of commit.after.dependantsOf(itemId(id))) if (isTunnel(dependant)) visit(dependant.id);
  };
  visit(tunnel.id);
  return found;
}
