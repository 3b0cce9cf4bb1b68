package dev.sluice.server.maximum;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.delivery.HubSettings;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.core.presence.PresenceSettings;
import dev.sluice.server.ServerSettings;
import dev.sluice.server.TestServer;
import dev.sluice.server.publish.PublishSettings;
import dev.sluice.server.transport.SubscribeSettings;
import java.time.InstantSource;

/// The limits that a client tries to take, all in force at the same time.
///
/// @param logBytes          events in memory
/// @param eventBytes        of one event
/// @param underWayBytes     sent and not in the log yet
/// @param answerBytes       of one answer to a poll
/// @param answersBytes      of all that are not taken yet
/// @param waiters           readers whose cursor is ahead of the log
record Maxima(
        int connections,
        int channels,
        int keys,
        long logBytes,
        int sessionSubscriptions,
        int sessionPatterns,
        int subscriptions,
        int patterns,
        int members,
        int eventBytes,
        long underWayBytes,
        int answerBytes,
        long answersBytes,
        int waiters) {
    /// Small enough to be reached in a moment, in about the same proportions as the defaults.
    private static final Maxima SMALL =
            new Maxima(150, 300, 300, 8 << 20, 16, 64, 64, 160, 50, 64 << 10, 64 * (64 << 10), 5 << 20, 20 << 20, 32);

    /// Fewer connections than the default, as both ends of each take a descriptor of this process.
    private static final Maxima DEFAULT = new Maxima(
            8_000,
            Budget.CHANNELS.count(),
            Budget.KEYS.count(),
            Budget.EVENTS.limit(),
            SubscribeSettings.DEFAULTS.sessionSubscriptionsMax(),
            SubscribeSettings.DEFAULTS.sessionPatternsMax(),
            SubscribeSettings.DEFAULTS.subscriptionsMax(),
            SubscribeSettings.DEFAULTS.patternsMax(),
            Budget.MEMBERS.count(),
            PublishSettings.DEFAULTS.eventBytesMax(),
            PublishSettings.DEFAULTS.underWayBytesMax(),
            Math.toIntExact(ServerSettings.DEFAULTS.answerBytesMax()),
            HubSettings.DEFAULT.answersBytes(),
            1_000);

    /// The defaults themselves in the long run, which takes minutes and gigabytes.
    static Maxima inForce() {
        return Boolean.getBoolean("sluice.long") ? DEFAULT : SMALL;
    }

    /// A server with one event loop: all connections share its turns.
    TestServer server() {
        MemoryLog log = MemoryLog.builder(InstantSource.system())
                .channelsMax(channels)
                .keysMax(keys)
                .bytesMax(logBytes)
                .waitersMax(waiters)
                .open();
        return TestServer.start(log, settings());
    }

    private ServerSettings settings() {
        ServerSettings usual = TestServer.settings(1);
        HubSettings hub = usual.hub();
        PublishSettings publish = usual.publish();
        return new ServerSettings(
                usual.host(),
                usual.port(),
                usual.loops(),
                connections,
                answerBytes,
                usual.tick(),
                usual.stopTime(),
                usual.security(),
                usual.http(),
                new HubSettings(hub.encodedBytes(), answersBytes, hub.stall(), hub.resolve(), hub.overflow()),
                subscribe(usual.subscribe()),
                new PublishSettings(
                        eventBytes,
                        publish.atomicLinesMax(),
                        eventBytes,
                        underWayBytes,
                        publish.unacknowledgedMax(),
                        publish.unacknowledgedBytes()),
                new PresenceSettings(usual.presence().linger(), members));
    }

    private SubscribeSettings subscribe(SubscribeSettings usual) {
        return new SubscribeSettings(
                usual.limitDefault(),
                usual.limitMax(),
                usual.lastMax(),
                usual.heartbeat(),
                usual.heartbeatMin(),
                usual.heartbeatMax(),
                usual.sseRetry(),
                usual.waitMax(),
                usual.paddingBytesMax(),
                sessionSubscriptions,
                sessionPatterns,
                subscriptions,
                patterns);
    }
}
