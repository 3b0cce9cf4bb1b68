package dev.sluice.app.fuzz;

import dev.sluice.app.config.ConfigurationTarget;
import dev.sluice.client.transport.SseTarget;
import dev.sluice.server.fuzz.FuzzTarget;
import java.util.List;

/// The parsers that read an operator's file, and a hub's answers.
final class AppTargets {
    static final List<FuzzTarget> ALL =
            List.of(ConfigurationTarget.TARGET, ClientJsonTarget.VALUE, ClientJsonTarget.QUOTE, SseTarget.TARGET);

    private AppTargets() {}
}
