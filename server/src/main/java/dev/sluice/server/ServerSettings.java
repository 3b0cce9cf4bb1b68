package dev.sluice.server;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.delivery.HubSettings;
import dev.sluice.core.presence.PresenceSettings;
import dev.sluice.server.http.HttpSettings;
import dev.sluice.server.http.Security;
import dev.sluice.server.limit.LimitSettings;
import dev.sluice.server.net.Listener;
import dev.sluice.server.publish.PublishSettings;
import dev.sluice.server.subscribe.SubscribeSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The settings of a server. Every limit is in one of these records, with its unit and reason.
///
/// @param listeners      where to listen; the first one is public
/// @param loops          event loops, 1 or more; a good number is one less than there are cores
/// @param connectionsMax connections at a time; one more is answered 503
/// @param answerBytesMax bytes of data in the answer to a poll, after which no further event is added
/// @param tick           the interval at which timers are checked
/// @param stopTime       how long a stop waits for clients to read their last bytes
/// @param limits         of each client
public record ServerSettings(
        List<Listener> listeners,
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
        PresenceSettings presence,
        LimitSettings limits) {
    /// Loopback only, port 8420.
    public static final ServerSettings DEFAULTS = new ServerSettings(
            List.of(new Listener("127.0.0.1", 8420, Listener.Role.PUBLIC)),
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
            PresenceSettings.DEFAULTS,
            LimitSettings.DEFAULTS);

    /// With the limits for each client that are the default.
    public ServerSettings(
            List<Listener> listeners,
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
        this(
                listeners,
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
                presence,
                LimitSettings.DEFAULTS);
    }

    public ServerSettings {
        listeners = List.copyOf(listeners);
        if (listeners.isEmpty() || listeners.getFirst().role() != Listener.Role.PUBLIC) {
            throw new IllegalArgumentException("the first listener must be public, were " + listeners);
        }
    }

    /// The host of the first listener.
    public String host() {
        return listeners.getFirst().host();
    }

    /// The port of the first listener; 0: a free one.
    public int port() {
        return listeners.getFirst().port();
    }

    /// Returns a copy whose first listener has another host and port.
    public ServerSettings at(String otherHost, int otherPort) {
        List<Listener> other = new ArrayList<>(listeners);
        other.set(0, other.getFirst().at(otherHost, otherPort));
        return new ServerSettings(
                other,
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
                presence,
                limits);
    }

    /// Returns a copy with other access rules.
    public ServerSettings with(Security other) {
        return new ServerSettings(
                listeners,
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
                presence,
                limits);
    }

    /// Returns a copy with other limits for each client.
    public ServerSettings with(LimitSettings other) {
        return new ServerSettings(
                listeners,
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
                presence,
                other);
    }
}
