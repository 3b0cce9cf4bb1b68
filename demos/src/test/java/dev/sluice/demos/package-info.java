/// What each demo does, sentence by sentence: over plain sockets, then in a real browser. Read
/// [dev.sluice.demos.ClockTest] first.
@NullMarked
package dev.sluice.demos;

import org.jspecify.annotations.NullMarked;
