package dev.sluice.app.doctor;

import java.io.IOException;

/// Searches for one kind of fault. Blocks on its own virtual thread; ends when that is interrupted.
interface Probe {
    /// The subject of this probe, as a word for a table.
    String name();

    /// @throws IOException if a connection fails in a way that says nothing about this probe's faults
    ProbeResult run(HubPath path) throws IOException, InterruptedException;
}
