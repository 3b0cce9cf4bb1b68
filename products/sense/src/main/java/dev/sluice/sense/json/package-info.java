/// JSON objects as maps.
@NullMarked
package dev.sluice.sense.json;

import org.jspecify.annotations.NullMarked;
