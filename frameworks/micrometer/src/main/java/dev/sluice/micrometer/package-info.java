/// The metrics of a hub for Micrometer. Read [dev.sluice.micrometer.SluiceMeters].
@NullMarked
package dev.sluice.micrometer;

import org.jspecify.annotations.NullMarked;
