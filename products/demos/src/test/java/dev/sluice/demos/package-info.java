/// Tests of the demos' documented behaviour, over plain sockets and in a real browser. Start with
/// [dev.sluice.demos.ClockTest].
@NullMarked
package dev.sluice.demos;

import org.jspecify.annotations.NullMarked;
