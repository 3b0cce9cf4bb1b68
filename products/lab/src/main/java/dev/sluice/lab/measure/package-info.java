/// One measurement: publishes, waits, and takes the differences. Begin with
/// [dev.sluice.lab.measure.LaneMeasurement].
@NullMarked
package dev.sluice.lab.measure;

import org.jspecify.annotations.NullMarked;
