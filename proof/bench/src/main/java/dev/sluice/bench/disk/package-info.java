/// Measurements of the durable log: the speed of appends, starts and reads, its memory, and whether they stay the
/// same during trims. `bench/disk` runs them. Read [dev.sluice.bench.disk.Figures] first.
@NullMarked
package dev.sluice.bench.disk;

import org.jspecify.annotations.NullMarked;
