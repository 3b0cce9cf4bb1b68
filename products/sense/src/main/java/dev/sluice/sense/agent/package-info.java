/// The agent of a server: measures it, keeps what can't be sent, and publishes to `sense/samples/NAME`. It starts no
/// other part of Sense. Read [Agent] first.
@NullMarked
package dev.sluice.sense.agent;

import org.jspecify.annotations.NullMarked;
