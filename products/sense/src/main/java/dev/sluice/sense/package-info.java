/// Sense: watches servers and web applications, and alerts at once. Begin with [dev.sluice.sense.Sense].
@NullMarked
package dev.sluice.sense;

import org.jspecify.annotations.NullMarked;
