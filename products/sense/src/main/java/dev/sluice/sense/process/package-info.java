/// Programs that checks and notifiers run. Read [BoundedProcess] first.
@NullMarked
package dev.sluice.sense.process;

import org.jspecify.annotations.NullMarked;
