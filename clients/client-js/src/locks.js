/** Returns the holders of a Web Lock: one, or several if it is shared. */
export async function lockHolders(name) {
  return (await navigator.locks.query()).held.filter(lock => lock.name === name);
}
