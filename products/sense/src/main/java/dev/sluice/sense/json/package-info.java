/// JSON of Sense: maps in, maps out.
@NullMarked
package dev.sluice.sense.json;

import org.jspecify.annotations.NullMarked;
