/// Programs run by checks and notifiers. Start with [BoundedProcess].
@NullMarked
package dev.sluice.sense.process;

import org.jspecify.annotations.NullMarked;
