/// Finds faults between a client and a hub. Probes send requests like clients, and compare the received data
/// with the data that the hub sent, in both directions. Read [Examination] first.
@NullMarked
package dev.sluice.app.doctor;

import org.jspecify.annotations.NullMarked;
