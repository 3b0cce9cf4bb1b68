/// The log in memory: quick, bounded, gone with the process. One lock orders the writers; readers never take it.
///
/// Read [MemoryLog] first, then [dev.sluice.core.store.Store], of which it is made.
@NullMarked
package dev.sluice.core.memory;

import org.jspecify.annotations.NullMarked;
