/// The log in memory: quick, bounded, gone with the process. One lock orders the writers; readers never take
/// it, they walk arrays that are published safely and look at the marks of what was dropped last, so that
/// nothing vanishes in silence.
///
/// Read [MemoryLog] first, then [Store] (what is kept, and the order in which changes become visible) and
/// [Reading] (what a reader makes of it).
@NullMarked
package dev.sluice.core.memory;

import org.jspecify.annotations.NullMarked;
