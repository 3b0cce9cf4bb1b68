/// Finds faults between a client and a hub. Probes send requests like clients, and compare the received data
/// with the data that the hub sent, in both directions. Read [Examination] first.
///
/// A fault is found by a [Probe], for browsers by `probes.js` in the server's pages; its texts are in
/// `findings.en.json` and `findings.zh.json` beside that.
@NullMarked
package dev.sluice.app.doctor;

import org.jspecify.annotations.NullMarked;
