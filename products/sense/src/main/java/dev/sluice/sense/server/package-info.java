/// Servers whose agents publish samples: what is known of each, and the checks of it. Samples arrive through
/// [ServerFeed]. Start with [ServerRegistry].
///
/// The agent's `MachineProbe` measures a metric, [ServerSample] reads it, and [Metric] makes it available to
/// thresholds.
@NullMarked
package dev.sluice.sense.server;

import org.jspecify.annotations.NullMarked;
