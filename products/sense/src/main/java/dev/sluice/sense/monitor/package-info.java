/// Combines the parts: outcomes of checks go to the state machine, and its decisions to the incidents, the
/// outbox and the channels. Start with [Monitor].
@NullMarked
package dev.sluice.sense.monitor;

import org.jspecify.annotations.NullMarked;
