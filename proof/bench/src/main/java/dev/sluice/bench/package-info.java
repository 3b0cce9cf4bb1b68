/// Microbenchmarks of the steps of a delivery: encoding an event, appending to and reading from the log, and a turn
/// of many readers. `bench/jmh` runs them. For servers as a whole there are `sluice bench` and `bench/run`. Read
/// [dev.sluice.bench.DrainBenchmark] first.
@NullMarked
package dev.sluice.bench;

import org.jspecify.annotations.NullMarked;
