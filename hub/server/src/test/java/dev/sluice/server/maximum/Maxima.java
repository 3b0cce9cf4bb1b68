package dev.sluice.server.maximum;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.FairShare;
import dev.sluice.core.delivery.channel.HubSettings;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.core.presence.PresenceSettings;
import dev.sluice.server.ServerSettings;
import dev.sluice.server.TestServer;
import dev.sluice.server.publish.PublishSettings;
import dev.sluice.server.subscribe.SubscribeSettings;
import java.time.InstantSource;

/// The limits that a client tries to exhaust, all in force at the same time.
///
/// @param logBytes          bytes of events in memory
/// @param eventBytes        bytes of one event
/// @param inFlightBytes     bytes accepted and not in the log yet
/// @param answerBytes       bytes of one answer to a poll
/// @param answersBytes      bytes of all answers that clients have not received yet
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
        long inFlightBytes,
        int answerBytes,
        long answersBytes,
        int waiters) {
    /// Small enough to reach quickly, in about the same proportions as the defaults.
    private static final Maxima SMALL =
            new Maxima(150, 300, 300, 8 << 20, 16, 64, 64, 160, 50, 64 << 10, 64 * (64 << 10), 5 << 20, 20 << 20, 32);

    /// Fewer connections than the default, as both ends of each take a file descriptor of this process.
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
            PublishSettings.DEFAULTS.inFlightBytesMax(),
            Math.toIntExact(ServerSettings.DEFAULTS.answerBytesMax()),
            HubSettings.DEFAULT.answersBytes(),
            1_000);

    /// The default limits in long runs, which take minutes and gigabytes.
    static Maxima inForce() {
        return Boolean.getBoolean("sluice.long") ? DEFAULT : SMALL;
    }

    /// A server with one event loop, which all connections share.
    TestServer server() {
        MemoryLog log = MemoryLog.builder(InstantSource.system())
                .limits(max -> max.channelsMax(channels)
                        .keysMax(keys)
                        .bytesMax(logBytes)
                        .waitersMax(waiters))
                .open();
        return TestServer.start(log, settings());
    }

    private ServerSettings settings() {
        ServerSettings defaults = TestServer.settings(1);
        HubSettings hub = defaults.hub();
        PublishSettings publish = defaults.publish();
        return defaults.toBuilder()
                .connectionsMax(connections)
                .limits(defaults.limits().with(new FairShare(100))) // Both have one address.
                .answerBytesMax(answerBytes)
                .hub(new HubSettings(hub.encodedBytes(), answersBytes, hub.stall(), hub.resolve(), hub.overflow()))
                .subscribe(subscribe(defaults.subscribe()))
                .publish(new PublishSettings(
                        eventBytes,
                        publish.atomicLinesMax(),
                        eventBytes,
                        inFlightBytes,
                        publish.unacknowledgedMax(),
                        publish.unacknowledgedBytes(),
                        Budget.LEASES.count()))
                .presence(new PresenceSettings(defaults.presence().linger(), members))
                .build();
    }

    private SubscribeSettings subscribe(SubscribeSettings defaults) {
        return new SubscribeSettings(
                defaults.limitDefault(),
                defaults.limitMax(),
                defaults.lastMax(),
                defaults.heartbeat(),
                defaults.heartbeatMin(),
                defaults.heartbeatMax(),
                defaults.sseRetry(),
                defaults.waitMax(),
                defaults.ageMax(),
                defaults.memberAgeMax(),
                defaults.paddingBytesMax(),
                sessionSubscriptions,
                sessionPatterns,
                subscriptions,
                patterns);
    }
}
