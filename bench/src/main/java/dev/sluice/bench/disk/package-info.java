/// Figures of the durable log: how fast it takes events, starts and answers, how much memory it needs, and whether that
/// stays so while it trims. `bench/disk` runs them. Begin with [dev.sluice.bench.disk.Figures].
@NullMarked
package dev.sluice.bench.disk;

import org.jspecify.annotations.NullMarked;
