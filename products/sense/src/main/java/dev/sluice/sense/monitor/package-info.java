/// Puts the parts together: outcomes of checks go to the state machine, and what follows goes to the incidents, the
/// outbox and the channels. Read [Monitor] first.
@NullMarked
package dev.sluice.sense.monitor;

import org.jspecify.annotations.NullMarked;
