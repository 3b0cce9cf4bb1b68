/// The answers that `sluice doctor` and the page `/doctor/` ask a hub for, to find out what stands between it and
/// them: streams with a known pace, uploads with the times of their arrival, and whether the headers that they sent
/// have arrived. Read [DoctorRoutes] first, and `docs/decisions/0033-how-the-doctor-finds-faults.md`.
@NullMarked
package dev.sluice.server.doctor;

import org.jspecify.annotations.NullMarked;
