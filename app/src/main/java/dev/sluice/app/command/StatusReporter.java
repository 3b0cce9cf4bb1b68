package dev.sluice.app.command;

import dev.sluice.app.cli.HubAccess;
import dev.sluice.app.cli.Messages;
import dev.sluice.client.Status;
import java.time.Duration;
import java.util.Locale;

/// Reports changes of a subscription's connection. A hub that was never reached is an error, because the address is
/// probably wrong; one that went away is waited for.
final class StatusReporter {
    private final HubAccess hub;
    private final Messages messages;
    private boolean announcesFirst;
    private boolean isLost;

    /// @param announcesFirst true to report the first connection as well: a person otherwise sees nothing until an
    ///                       event arrives
    StatusReporter(HubAccess hub, Messages messages, boolean announcesFirst) {
        this.hub = hub;
        this.messages = messages;
        this.announcesFirst = announcesFirst;
    }

    void report(Status status) {
        switch (status) {
            case Status.Connected _ -> {
                if (isLost) messages.line("Connected again.");
                else if (announcesFirst) messages.line("Connected to " + hub.uri() + ", waiting for events.");
                announcesFirst = false;
                isLost = false;
            }
            case Status.Lost(var reason, var pause, boolean isHubKnown) -> {
                if (!isHubKnown) throw hub.unreachable(reason, false, null);
                messages.line("The connection is lost (%s), reconnecting in %s.".formatted(reason, formatted(pause)));
                isLost = true;
            }
            case Status.Heartbeat _ -> {}
        }
    }

    private static String formatted(Duration pause) {
        return String.format(Locale.ROOT, "%.1f s", pause.toMillis() / 1000.0);
    }
}
