/// How much one Sense may hold and do at a time.
@NullMarked
package dev.sluice.sense.limit;

import org.jspecify.annotations.NullMarked;
