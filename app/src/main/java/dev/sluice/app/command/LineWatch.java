package dev.sluice.app.command;

import dev.sluice.client.Status;
import java.time.Duration;

/// Tells whoever watches a subscription what happens to its line. A hub that was never there is an error:
/// most likely the address is wrong; one that went away is waited for.
final class LineWatch {
    private final HubAccess hub;
    private final Messages messages;
    private boolean isLost;

    LineWatch(HubAccess hub, Messages messages) {
        this.hub = hub;
        this.messages = messages;
    }

    void tell(Status status) {
        switch (status) {
            case Status.Connected _ -> {
                if (isLost) messages.line("The line is back.");
                isLost = false;
            }
            case Status.Lost(var reason, var pause, boolean isHubKnown) -> {
                if (!isHubKnown) throw hub.unreachable(reason, false, null);
                messages.line("The line is lost (%s), trying again in %s.".formatted(reason, shown(pause)));
                isLost = true;
            }
            case Status.Heartbeat _ -> {}
        }
    }

    private static String shown(Duration pause) {
        return "%.1f s".formatted(pause.toMillis() / 1000.0);
    }
}
