/// The answers that `sluice doctor` and the page `/doctor/` ask a hub for, to find faults on the way to it:
/// streams with a known pace, uploads with the times of their arrival, and a report of the headers that arrived.
/// Read [DoctorRoutes] first, and `docs/decisions/0033-how-the-doctor-finds-faults.md`.
@NullMarked
package dev.sluice.server.doctor;

import org.jspecify.annotations.NullMarked;
