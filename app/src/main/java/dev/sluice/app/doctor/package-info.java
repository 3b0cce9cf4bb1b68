/// Finds what stands between a client and a hub: probes that send requests as clients do, and compare what arrives with
/// what the hub sent, and the other way round. Read [Examination] first.
@NullMarked
package dev.sluice.app.doctor;

import org.jspecify.annotations.NullMarked;
