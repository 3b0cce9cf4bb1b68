package dev.sluice.lab;

import dev.sluice.Sluice;
import dev.sluice.lab.page.LabPages;
import dev.sluice.lab.plan.LabTls;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/// The lab as a page of a hub.
public final class Lab {
    private Lab() {}

    /// Adds the page at `/lab/` to a hub that has not been started. Nothing runs while no page is open.
    ///
    /// @param tls   called when a page opens the lab; may block
    /// @param clock decides when a lab has reached its time limit
    public static void on(Sluice hub, Supplier<Optional<LabTls>> tls, InstantSource clock) {
        LabPages.on(hub, tls, clock);
    }
}
