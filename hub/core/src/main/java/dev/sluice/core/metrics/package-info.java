/// Counters of a hub's work, kept by the threads that do it. Each thread writes its own
/// [dev.sluice.core.metrics.Counters], without locks or allocation; a scraper reads and sums them at any time.
@NullMarked
package dev.sluice.core.metrics;

import org.jspecify.annotations.NullMarked;
