/** Listens to events of the page. Events of its document pass its window in the capture phase. */
export function onPage(types, listener, signal) {
  for (const type of types) globalThis.addEventListener?.(type, listener, { signal, capture: true });
}
