package dev.sluice.sense.monitor;

import dev.sluice.sense.config.DefinitionParser;
import dev.sluice.sense.config.InvalidSense;
import dev.sluice.sense.live.LiveFeed;
import dev.sluice.sense.notify.OutboxStore;
import dev.sluice.sense.schedule.Scheduler;
import dev.sluice.sense.server.ServerFeed;
import dev.sluice.sense.store.DatabaseFailure;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Looks after Sense itself once a second: reads its file again if that has changed, looks at the maintenance
/// windows, publishes how it does itself, and once a minute tells a dead man's switch that it still checks.
public final class SelfWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SelfWatch.class.getName());
    private static final long PERIOD_MS = 1_000;
    private static final long SWITCH_PERIOD_MS = 60_000;

    /// A schedule that is later than this is not told to be well.
    private static final long BACKLOG_MAX_MS = 30_000;

    private final @Nullable Path file;
    private final DefinitionParser parser;
    private final DefinitionRegistry definitions;
    private final Monitor monitor;
    private final Scheduler scheduler;
    private final OutboxStore outbox;
    private final LiveFeed live;
    private final ServerFeed servers;
    private final Supplier<String> hubProblem;
    private final SenseClock clock;
    private final HttpClient client = HttpClient.newHttpClient();
    private final Thread thread = Thread.ofVirtual().name("sense self").unstarted(this::loop);
    private @Nullable FileTime read;
    private volatile String fileProblem = "";
    private volatile String switchProblem = "";
    private volatile String outboxProblem = "";
    private volatile long alertsWaiting;
    private final AtomicLong givenUp = new AtomicLong();

    public SelfWatch(
            @Nullable Path file,
            DefinitionParser parser,
            DefinitionRegistry definitions,
            Monitor monitor,
            Scheduler scheduler,
            OutboxStore outbox,
            LiveFeed live,
            ServerFeed servers,
            Supplier<String> hubProblem,
            SenseClock clock) {
        this.file = file;
        this.parser = parser;
        this.definitions = definitions;
        this.monitor = monitor;
        this.scheduler = scheduler;
        this.outbox = outbox;
        this.live = live;
        this.servers = servers;
        this.hubProblem = hubProblem;
        this.clock = clock;
    }

    public void start() {
        read = modified();
        thread.start();
    }

    private void loop() {
        long told = clock.elapsedMs().getAsLong() - SWITCH_PERIOD_MS;
        try {
            while (true) {
                step();
                long now = clock.elapsedMs().getAsLong();
                if (now - told >= SWITCH_PERIOD_MS) {
                    told = now;
                    tellSwitch();
                }
                Thread.sleep(PERIOD_MS);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void step() {
        try {
            reload();
            monitor.tick();
            lookAtOutbox();
            live.self(figures());
        } catch (RuntimeException failure) { // The next second may be better, and must come.
            LOG.log(Level.ERROR, "Sense could not look after itself", failure);
        }
    }

    private void lookAtOutbox() {
        try {
            Map<String, Long> waiting = outbox.waiting();
            givenUp.addAndGet(outbox.giveUpOldest(waiting, clock.wall().instant()));
            alertsWaiting = waiting.values().stream().mapToLong(Long::longValue).sum();
            outboxProblem = "";
        } catch (DatabaseFailure failure) { // How Sense does is published all the same.
            outboxProblem = String.valueOf(failure.getMessage());
        }
    }

    /// Why incidents can't be recorded or alerts not be read, in a few words; empty if they can.
    private String databaseProblem() {
        String problem = monitor.recording().problem();
        return problem.isEmpty() ? outboxProblem : problem;
    }

    private void reload() {
        FileTime now = modified();
        Path path = file;
        if (path == null || now == null || now.equals(read)) return;
        read = now;
        try {
            definitions.load(parser.file(path));
            fileProblem = "";
            LOG.log(
                    Level.INFO,
                    "read the changed file=" + path + " checks="
                            + monitor.definitions().size());
        } catch (InvalidSense invalid) {
            fileProblem = String.valueOf(invalid.getMessage());
            LOG.log(Level.WARNING, "the changed file has mistakes, and the old checks stay:\n" + fileProblem);
        }
    }

    private @Nullable FileTime modified() {
        try {
            return file == null ? null : Files.getLastModifiedTime(file);
        } catch (IOException gone) { // Editors replace files: it is back soon, or what was read stays.
            return null;
        }
    }

    /// Returns how Sense itself does.
    public Map<String, Object> figures() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("at", clock.wall().instant().toString());
        all.put("checks", monitor.definitions().size());
        all.put("running", scheduler.running());
        all.put("drift_p50_ms", scheduler.drift().percentileMs(0.5));
        all.put("drift_p99_ms", scheduler.drift().percentileMs(0.99));
        all.put("backlog_ms", scheduler.backlogMs());
        all.put("missed", scheduler.missed());
        all.put("outbox_waiting", alertsWaiting);
        all.put("outbox_given_up", givenUp.get());
        all.put("incidents_waiting", monitor.recording().waiting());
        all.put("incidents_dropped", monitor.recording().dropped());
        all.put("live_dropped", live.dropped());
        all.put("samples_ignored", servers.ignored());
        if (!databaseProblem().isEmpty()) all.put("database_problem", databaseProblem());
        if (!hubProblem.get().isEmpty()) all.put("hub_problem", hubProblem.get());
        if (!servers.problem().isEmpty()) all.put("servers_problem", servers.problem());
        if (!fileProblem.isEmpty()) all.put("file_problem", fileProblem);
        if (!switchProblem.isEmpty()) all.put("heartbeat_problem", switchProblem);
        return all;
    }

    /// The switch is only told while checks are on time and the database works: it shall alert when Sense does not
    /// check, or can't alert, for whatever reason.
    private void tellSwitch() throws InterruptedException {
        URI uri = definitions.file().heartbeatUrl().orElse(null);
        if (uri == null
                || scheduler.backlogMs() > BACKLOG_MAX_MS
                || !databaseProblem().isEmpty()) return;
        try {
            var request =
                    HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20)).build();
            int status = client.send(request, BodyHandlers.discarding()).statusCode();
            switchProblem = status / 100 == 2 ? "" : "status " + status;
        } catch (IOException failed) {
            if (Thread.interrupted()) throw new InterruptedException();
            switchProblem = "no answer: " + failed.getClass().getSimpleName();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
