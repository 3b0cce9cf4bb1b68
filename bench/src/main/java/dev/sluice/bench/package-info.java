/// Microbenchmarks of what a delivery is made of: encoding an event, appending to and reading from the log,
/// and a turn of many readers. `bench/jmh` runs them. They measure steps, not servers: for those there are
/// `sluice bench` and `bench/run`. Begin with [dev.sluice.bench.DrainBenchmark].
@NullMarked
package dev.sluice.bench;

import org.jspecify.annotations.NullMarked;
