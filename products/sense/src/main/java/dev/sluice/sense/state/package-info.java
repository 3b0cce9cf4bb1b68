/// The state machine: from outcomes to states, and to the openings and closings of incidents. Pure values and one
/// object without threads, clocks or input and output. Read [State] and [StateMachine] first.
@NullMarked
package dev.sluice.sense.state;

import org.jspecify.annotations.NullMarked;
