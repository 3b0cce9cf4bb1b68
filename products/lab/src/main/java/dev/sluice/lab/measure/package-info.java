/// One measurement: publishes, waits, and computes differences. Start with
/// [dev.sluice.lab.measure.LaneMeasurement].
@NullMarked
package dev.sluice.lab.measure;

import org.jspecify.annotations.NullMarked;
