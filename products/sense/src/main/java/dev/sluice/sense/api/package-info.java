/// The JSON API below `/sense/api`. Start with [SenseApi].
@NullMarked
package dev.sluice.sense.api;

import org.jspecify.annotations.NullMarked;
