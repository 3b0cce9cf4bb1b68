/// Counts of what a hub does, kept by the threads that do it. Each thread writes [dev.sluice.core.metrics.Counters]
/// of its own, without locks or allocation; a scraper reads and sums them at any time.
@NullMarked
package dev.sluice.core.metrics;

import org.jspecify.annotations.NullMarked;
