/// The limits of a Sense instance.
@NullMarked
package dev.sluice.sense.limit;

import org.jspecify.annotations.NullMarked;
