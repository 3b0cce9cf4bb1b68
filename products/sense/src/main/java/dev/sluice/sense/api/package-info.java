/// The JSON API below `/sense/api`. Read [SenseApi] first.
@NullMarked
package dev.sluice.sense.api;

import org.jspecify.annotations.NullMarked;
