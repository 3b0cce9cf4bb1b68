/// The agent of a server: measures the machine, buffers samples that can't be sent yet, and publishes to
/// `sense/samples/NAME`. It starts no other part of Sense. Start with [Agent].
@NullMarked
package dev.sluice.sense.agent;

import org.jspecify.annotations.NullMarked;
