/// Sense: monitors servers and web applications, and alerts at once. Start with [dev.sluice.sense.Sense].
@NullMarked
package dev.sluice.sense;

import org.jspecify.annotations.NullMarked;
