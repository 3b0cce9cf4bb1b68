package dev.sluice.server;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.delivery.HubSettings;
import dev.sluice.core.presence.PresenceSettings;
import dev.sluice.server.http.HttpSettings;
import dev.sluice.server.http.Security;
import dev.sluice.server.publish.PublishSettings;
import dev.sluice.server.transport.SubscribeSettings;
import java.time.Duration;

/// How a server is to be. Every limit is in one of these records, with its unit and reason.
///
/// @param host           the address to listen on, a name or number
/// @param port           0: a free one
/// @param loops          event loops, 1 or more; one for each core but one is a good number
/// @param connectionsMax connections at a time; one more is answered 503
/// @param answerBytesMax data bytes in the answer to a poll, after which it takes no further event
/// @param tick           how often timers are looked at
/// @param stopTime       how long a stop waits for clients to take their last bytes
public record ServerSettings(
        String host,
        int port,
        int loops,
        int connectionsMax,
        long answerBytesMax,
        Duration tick,
        Duration stopTime,
        Security security,
        HttpSettings http,
        HubSettings hub,
        SubscribeSettings subscribe,
        PublishSettings publish,
        PresenceSettings presence) {
    /// Loopback only, port 8420.
    public static final ServerSettings DEFAULTS = new ServerSettings(
            "127.0.0.1",
            8420,
            Math.max(1, Runtime.getRuntime().availableProcessors() - 1), // The log and the system need one too.
            Budget.CONNECTIONS.count(),
            8L << 20,
            Duration.ofMillis(250),
            Duration.ofSeconds(5),
            Security.LOOPBACK,
            HttpSettings.DEFAULTS,
            HubSettings.DEFAULT,
            SubscribeSettings.DEFAULTS,
            PublishSettings.DEFAULTS,
            PresenceSettings.DEFAULTS);

    /// The same at another place.
    public ServerSettings at(String otherHost, int otherPort) {
        return new ServerSettings(
                otherHost,
                otherPort,
                loops,
                connectionsMax,
                answerBytesMax,
                tick,
                stopTime,
                security,
                http,
                hub,
                subscribe,
                publish,
                presence);
    }

    /// The same for others.
    public ServerSettings with(Security other) {
        return new ServerSettings(
                host,
                port,
                loops,
                connectionsMax,
                answerBytesMax,
                tick,
                stopTime,
                other,
                http,
                hub,
                subscribe,
                publish,
                presence);
    }
}
