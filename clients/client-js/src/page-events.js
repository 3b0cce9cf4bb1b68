/** Listens to events of the page. Those of its document pass its window while they are captured. */
export function onPage(types, listener, signal) {
  for (const type of types) globalThis.addEventListener?.(type, listener, { signal, capture: true });
}
