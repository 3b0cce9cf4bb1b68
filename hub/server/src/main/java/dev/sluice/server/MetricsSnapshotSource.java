package dev.sluice.server;

import dev.sluice.core.delivery.Hub;
import dev.sluice.core.delivery.metrics.HubMetrics;
import dev.sluice.core.log.LogLimits;
import dev.sluice.core.log.LogStatus;
import dev.sluice.core.metrics.Distribution;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.ProblemCounts;
import dev.sluice.server.limit.RequestLimits;
import dev.sluice.server.metrics.BudgetFill;
import dev.sluice.server.metrics.MetricsSnapshot;
import dev.sluice.server.metrics.SearchCounts;
import dev.sluice.server.net.Connections;
import dev.sluice.server.net.Listeners;
import dev.sluice.server.reload.RunningConfiguration;
import dev.sluice.server.search.SearchBudget;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the figures of a server. The server's parts are created one after the other; the figures of a part that
/// does not exist yet are 0 or empty.
final class MetricsSnapshotSource {
    /// The bytes that the limits of a log count for each entry in addition to its data.
    private static final long ENTRY_BYTES = 256;

    private final ServerSettings settings;
    private final Hub hub;
    private final InFlightBytes inFlight;
    private final InFlightBytes answers;
    private final SearchBudget searches;
    private final SearchCounts searchCounts;
    private final ProblemCounts problems;
    private final @Nullable RunningConfiguration configuration;
    private volatile @Nullable Connections connections;
    private volatile @Nullable Listeners listeners;
    private volatile @Nullable RequestLimits limits;

    /// @param inFlight the budget of publishes
    /// @param answers  the budget of answers
    MetricsSnapshotSource(
            ServerSettings settings,
            Hub hub,
            InFlightBytes inFlight,
            InFlightBytes answers,
            SearchBudget searches,
            SearchCounts searchCounts,
            ProblemCounts problems,
            @Nullable RunningConfiguration configuration) {
        this.configuration = configuration;
        this.settings = settings;
        this.hub = hub;
        this.inFlight = inFlight;
        this.answers = answers;
        this.searches = searches;
        this.searchCounts = searchCounts;
        this.problems = problems;
    }

    void observe(Connections ofServer, Listeners ofConnections) {
        connections = ofServer;
        listeners = ofConnections;
    }

    void observe(RequestLimits requests) {
        limits = requests;
    }

    /// Returns the current figures. May be called from any thread.
    MetricsSnapshot read() {
        Connections open = connections;
        Listeners listening = listeners;
        RequestLimits requests = limits;
        int count = open == null ? 0 : open.size();
        HubMetrics metrics = hub.metrics();
        return new MetricsSnapshot(
                metrics,
                count,
                listening == null ? 0 : listening.failedHandshakes(),
                problems.read(),
                requests == null ? Distribution.EMPTY : requests.loopDelays(),
                budgets(
                        count,
                        listening == null || open == null ? settings.connectionsMax() : open.max(),
                        metrics.log()),
                searchCounts,
                hub.failure() != null,
                configuration == null ? null : configuration.last());
    }

    private List<BudgetFill> budgets(int open, int max, LogStatus log) {
        LogLimits kept = log.limits();
        return List.of(
                items("connections", open, max),
                items(
                        "subscriptions",
                        hub.readers().readers(),
                        settings.subscribe().subscriptionsMax()),
                items("patterns", hub.readers().patterns(), settings.subscribe().patternsMax()),
                items("searches", searches.open(), SearchBudget.ALL_MAX),
                items("channels", log.channels(), kept.channelsMax()),
                items("marks", log.marks(), kept.marksMax()),
                items("leases", hub.leases().count(), hub.leases().max()),
                items("keys", log.keys(), kept.keysMax()),
                bytes("events", log.dataBytes() + ENTRY_BYTES * log.entries(), kept.bytesMax()),
                bytes("tail", log.tailBytes(), kept.tailBytes()),
                bytes("in-flight", inFlight.bytes(), inFlight.bytesMax()),
                bytes("answers", answers.bytes(), answers.bytesMax()),
                bytes("encoded-events", hub.encodedBytes(), settings.hub().encodedBytes()));
    }

    private static BudgetFill items(String name, long used, long max) {
        return new BudgetFill(name, false, used, max);
    }

    private static BudgetFill bytes(String name, long used, long max) {
        return new BudgetFill(name, true, used, max);
    }
}
