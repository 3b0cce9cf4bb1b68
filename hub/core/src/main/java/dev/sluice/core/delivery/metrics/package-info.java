/// Counters of delivery, one set per event loop.
@NullMarked
package dev.sluice.core.delivery.metrics;

import org.jspecify.annotations.NullMarked;
