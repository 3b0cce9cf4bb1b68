/// The event loop as delivery sees it: tasks, timers, pacing, and the small lists that they use.
@NullMarked
package dev.sluice.core.delivery.schedule;

import org.jspecify.annotations.NullMarked;
