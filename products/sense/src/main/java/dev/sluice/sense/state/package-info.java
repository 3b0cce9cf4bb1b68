/// The state machine: turns outcomes into states, and into openings and closings of incidents. It consists of
/// values and one object without threads, clocks or I/O. Start with [State] and [StateMachine].
@NullMarked
package dev.sluice.sense.state;

import org.jspecify.annotations.NullMarked;
