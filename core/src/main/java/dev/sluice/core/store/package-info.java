/// What logs of one process are built from: which channels there are and what they lost, the recent tail in
/// memory, idempotency keys, and how readers find their way through all of it. One writer at a time changes it;
/// readers never wait for it, they walk arrays that are published safely and look at the marks of what was
/// dropped last, so that nothing vanishes in silence.
///
/// The log in memory is this and a lock. The durable log is this, one writing thread, and a [Backing] that keeps
/// everything: there what is here is the tail, and a reader that lies behind it reads from the backing.
///
/// Read [Store] first (what is kept, and the order in which changes become visible), then [Reading] (what a reader
/// makes of it).
@NullMarked
package dev.sluice.core.store;

import org.jspecify.annotations.NullMarked;
