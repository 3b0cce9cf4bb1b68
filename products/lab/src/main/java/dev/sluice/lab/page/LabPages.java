package dev.sluice.lab.page;

import dev.sluice.Page;
import dev.sluice.Sluice;
import dev.sluice.lab.plan.LabTls;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// The page at `/lab/`. Anyone may view it; only administrators of the hub may start a run.
public final class LabPages {
    private static final Map<String, String> TITLE = Map.of("en", "Lab", "zh", "实验室");

    private LabPages() {}

    /// Adds the page to a hub that has not been started.
    ///
    /// @param tls finds the certificate for the lane that needs TLS; empty if the hub has none
    public static void on(Sluice hub, Supplier<Optional<LabTls>> tls, InstantSource clock) {
        hub.link("/lab/", TITLE);
        hub.mount("/lab", routes -> {
            routes.resources("/page/", LabPages.class, "files")
                    .page(
                            "/",
                            () -> Page.of(LabPages.class, "lab.html", TITLE)
                                    .words(LabPages.class, "words.json")
                                    .style("page/lab.css")
                                    .script("page/lab.js"));
            routes.forAdmins(new LabSessions(tls, clock)::on);
        });
    }
}
