/// The log in memory: fast, bounded, lost when the process ends. One lock orders the writers; readers never take it.
///
/// Read [MemoryLog] first, then [dev.sluice.core.sequencer.Sequencer], which decides, and
/// [dev.sluice.core.index.Index], which holds its entries.
@NullMarked
package dev.sluice.core.memory;

import org.jspecify.annotations.NullMarked;
