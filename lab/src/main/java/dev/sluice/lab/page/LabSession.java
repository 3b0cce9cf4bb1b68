package dev.sluice.lab.page;

import dev.sluice.lab.hub.HubUsage;
import dev.sluice.lab.hub.LabHub;
import dev.sluice.lab.line.Line;
import dev.sluice.lab.line.LineCount;
import dev.sluice.lab.measure.LaneMeasurement;
import dev.sluice.lab.measure.Publisher;
import dev.sluice.lab.measure.Trust;
import dev.sluice.lab.plan.LabPlan;
import dev.sluice.lab.plan.LabTls;
import dev.sluice.lab.plan.Lane;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The lab of one visitor: a hub in a process of its own, a line for each lane, and a publisher. Its id is 122 random
/// bits and gives access to nothing but this.
final class LabSession implements AutoCloseable {
    static final double RATE_MAX = 500;
    static final int SIZE_MAX = 16 << 10;
    private static final Duration WARMING = Duration.ofMillis(500);

    private final String id = UUID.randomUUID().toString();
    private final LabHub hub;
    private final @Nullable LabTls tls;
    private final Map<Lane, Line> lines = new EnumMap<>(Lane.class);
    private final Publisher publisher;

    /// The counts at one moment.
    ///
    /// @param ms        the wall clock
    /// @param published events so far
    /// @param cpuMs     processor time of the hub so far; null: this system does not tell
    /// @param rssBytes  memory of the hub; null: as above
    record Figures(
            long ms,
            long published,
            @Nullable Double cpuMs,
            @Nullable Long rssBytes,
            Map<String, LaneFigures> lanes) {}

    /// @param open connections
    record LaneFigures(int open, long connections, long up, long down) {}

    private LabSession(LabHub hub, @Nullable LabTls tls, Publisher publisher) {
        this.hub = hub;
        this.tls = tls;
        this.publisher = publisher;
    }

    /// Starts everything. Blocks for about a second.
    ///
    /// @param host of the lines
    /// @param name of this server in the visitor's browser
    static LabSession start(String host, String name, String origin, @Nullable LabTls tls) throws IOException {
        var hub = LabHub.start(tls, List.of(origin), List.of(name));
        try {
            var session = new LabSession(hub, tls, Publisher.open(hub.address(), 1, 100, LabSession::wallNs));
            for (var lane : Lane.values()) {
                if (lane.isTls() && tls == null) continue;
                session.lines.put(
                        lane, Line.open(host, lane.isTls() ? hub.tlsAddress().orElseThrow() : hub.address()));
            }
            return session;
        } catch (IOException | RuntimeException failed) {
            hub.close();
            throw failed;
        }
    }

    /// A browser has this clock, too.
    static long wallNs() {
        var now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    String id() {
        return id;
    }

    Map<Lane, Line> lines() {
        return lines;
    }

    void publish(double rate, int size) {
        publisher.size(size);
        publisher.rate(rate);
    }

    Figures figures() throws IOException {
        publisher.check();
        Map<String, LaneFigures> lanes = new LinkedHashMap<>();
        lines.forEach((lane, line) -> {
            LineCount count = line.count();
            lanes.put(lane.label(), new LaneFigures(line.connections(), count.connections(), count.up(), count.down()));
        });
        HubUsage usage = hub.usage().orElse(null);
        return new Figures(
                System.currentTimeMillis(),
                publisher.published(0),
                usage == null ? null : usage.cpuNs() / 1e6,
                usage == null ? null : usage.rssBytes(),
                lanes);
    }

    /// Drives each lane for a moment with clients of its own. Blocks.
    void warm() throws IOException, InterruptedException {
        for (var lane : lines.keySet()) {
            var plan = LabPlan.warming(lane, WARMING);
            new LaneMeasurement(lane, plan, hub, tls == null ? null : Trust.in(tls.authority())).drive();
        }
    }

    /// Cuts a line for some time. Blocks.
    void cut(Line line, Duration time) throws InterruptedException {
        line.cut();
        try {
            Thread.sleep(time);
        } finally {
            line.mend();
        }
    }

    @Override
    public void close() {
        publisher.close();
        lines.values().forEach(Line::close);
        hub.close();
    }
}
