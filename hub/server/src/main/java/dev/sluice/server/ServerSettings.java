package dev.sluice.server;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.delivery.channel.HubSettings;
import dev.sluice.core.presence.PresenceSettings;
import dev.sluice.server.http.HttpSettings;
import dev.sluice.server.http.policy.OriginSettings;
import dev.sluice.server.limit.LimitSettings;
import dev.sluice.server.net.Listener;
import dev.sluice.server.publish.PublishSettings;
import dev.sluice.server.subscribe.SubscribeSettings;
import java.time.Duration;
import java.util.List;

/// The settings of a server. Every limit is in one of these records, with its unit and reason.
///
/// @param listeners      where to listen; the first one is public
/// @param loops          event loops, 1 or more; a good number is one less than there are cores
/// @param connectionsMax connections at a time; one more is answered 503
/// @param answerBytesMax bytes of data in the answer to a poll, after which no further event is added
/// @param tick           the interval at which timers are checked
/// @param drainTime      how long a stop takes to end all streams, one after the other; 0: all at once
/// @param stopTime       how long a stop waits for clients to read their last bytes
/// @param limits         of each client
/// @param logsAccess     whether each request is logged
/// @param doctor         whether every client may use the doctor's endpoints; otherwise only operators may
public record ServerSettings(
        List<Listener> listeners,
        int loops,
        int connectionsMax,
        long answerBytesMax,
        Duration tick,
        Duration drainTime,
        Duration stopTime,
        OriginSettings security,
        HttpSettings http,
        HubSettings hub,
        SubscribeSettings subscribe,
        PublishSettings publish,
        PresenceSettings presence,
        LimitSettings limits,
        boolean logsAccess,
        boolean doctor) {
    /// Loopback only, port 8420.
    public static final ServerSettings DEFAULTS = new ServerSettings(
            List.of(new Listener("127.0.0.1", 8420, Listener.Role.PUBLIC)),
            Math.max(1, Runtime.getRuntime().availableProcessors() - 1), // The log and the system need one too.
            Budget.CONNECTIONS.count(),
            8L << 20,
            Duration.ofMillis(250),
            Duration.ZERO,
            Duration.ofSeconds(5),
            OriginSettings.LOOPBACK,
            HttpSettings.DEFAULTS,
            HubSettings.DEFAULT,
            SubscribeSettings.DEFAULTS,
            PublishSettings.DEFAULTS,
            PresenceSettings.DEFAULTS,
            LimitSettings.DEFAULTS,
            false,
            false);

    public ServerSettings {
        listeners = List.copyOf(listeners);
        if (listeners.isEmpty() || listeners.getFirst().role() != Listener.Role.PUBLIC) {
            throw new IllegalArgumentException("the first listener must be public, listeners were " + listeners);
        }
    }

    /// Returns a builder of changed copies.
    public Builder toBuilder() {
        return new Builder(this);
    }

    /// Builds a changed copy of settings. Used by one thread.
    public static final class Builder {
        private List<Listener> listeners;
        private int loops;
        private int connectionsMax;
        private long answerBytesMax;
        private Duration tick;
        private Duration drainTime;
        private Duration stopTime;
        private OriginSettings security;
        private HttpSettings http;
        private HubSettings hub;
        private SubscribeSettings subscribe;
        private PublishSettings publish;
        private PresenceSettings presence;
        private LimitSettings limits;
        private boolean logsAccess;
        private boolean doctor;

        private Builder(ServerSettings from) {
            listeners = from.listeners;
            loops = from.loops;
            connectionsMax = from.connectionsMax;
            answerBytesMax = from.answerBytesMax;
            tick = from.tick;
            drainTime = from.drainTime;
            stopTime = from.stopTime;
            security = from.security;
            http = from.http;
            hub = from.hub;
            subscribe = from.subscribe;
            publish = from.publish;
            presence = from.presence;
            limits = from.limits;
            logsAccess = from.logsAccess;
            doctor = from.doctor;
        }

        public Builder listeners(List<Listener> listeners) {
            this.listeners = listeners;
            return this;
        }

        public Builder loops(int loops) {
            this.loops = loops;
            return this;
        }

        public Builder connectionsMax(int connectionsMax) {
            this.connectionsMax = connectionsMax;
            return this;
        }

        public Builder answerBytesMax(long answerBytesMax) {
            this.answerBytesMax = answerBytesMax;
            return this;
        }

        public Builder tick(Duration tick) {
            this.tick = tick;
            return this;
        }

        public Builder drainTime(Duration drainTime) {
            this.drainTime = drainTime;
            return this;
        }

        public Builder stopTime(Duration stopTime) {
            this.stopTime = stopTime;
            return this;
        }

        public Builder security(OriginSettings security) {
            this.security = security;
            return this;
        }

        public Builder http(HttpSettings http) {
            this.http = http;
            return this;
        }

        public Builder hub(HubSettings hub) {
            this.hub = hub;
            return this;
        }

        public Builder subscribe(SubscribeSettings subscribe) {
            this.subscribe = subscribe;
            return this;
        }

        public Builder publish(PublishSettings publish) {
            this.publish = publish;
            return this;
        }

        public Builder presence(PresenceSettings presence) {
            this.presence = presence;
            return this;
        }

        public Builder limits(LimitSettings limits) {
            this.limits = limits;
            return this;
        }

        public Builder logsAccess(boolean logsAccess) {
            this.logsAccess = logsAccess;
            return this;
        }

        public Builder doctor(boolean doctor) {
            this.doctor = doctor;
            return this;
        }

        /// @throws IllegalArgumentException if the first listener is not public
        public ServerSettings build() {
            return new ServerSettings(
                    listeners,
                    loops,
                    connectionsMax,
                    answerBytesMax,
                    tick,
                    drainTime,
                    stopTime,
                    security,
                    http,
                    hub,
                    subscribe,
                    publish,
                    presence,
                    limits,
                    logsAccess,
                    doctor);
        }
    }
}
