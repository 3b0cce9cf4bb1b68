/// The hub under test, in a separate process, so that the measured processor time and memory are the hub's
/// alone.
@NullMarked
package dev.sluice.lab.hub;

import org.jspecify.annotations.NullMarked;
