package dev.sluice.sense.monitor;

import dev.sluice.sense.check.Network;
import dev.sluice.sense.check.WebClient;
import dev.sluice.sense.config.DefinitionParser;
import dev.sluice.sense.config.Fault;
import dev.sluice.sense.config.InvalidSenseException;
import dev.sluice.sense.live.LiveFeed;
import dev.sluice.sense.notify.OutboxStore;
import dev.sluice.sense.schedule.Scheduler;
import dev.sluice.sense.server.ServerFeed;
import dev.sluice.sense.store.Database;
import dev.sluice.sense.text.LogField;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Looks after Sense itself once a second: reads its file again if that has changed, looks at the maintenance
/// windows, and publishes how it does itself.
public final class SelfMonitor implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SelfMonitor.class.getName());
    private static final long PERIOD_MS = 1_000;

    private static final Duration CLOSING_MAX = Duration.ofSeconds(2);

    /// Sense is not well if a check, or its look at itself, is later than this.
    private static final long LATE_MS = 30_000;

    /// A file with ten thousand mistakes must not be too long for the channel.
    private static final int PROBLEM_MAX = 4_000;

    private record FileStamp(FileTime modified, long size) {}

    private final @Nullable Path file;
    private final DefinitionParser parser;
    private final DefinitionRegistry definitions;
    private final Monitor monitor;
    private final Scheduler scheduler;
    private final OutboxStore outbox;
    private final LiveFeed live;
    private final ServerFeed servers;
    private final Supplier<String> hubProblem;
    private final LongSupplier hubRefused;
    private final Witness witness;
    private final Runnable listening;
    private final Database database;
    private final SenseClock clock;
    private final DeadMansSwitch deadMansSwitch;
    private final Thread thread = Thread.ofVirtual().name("sense self").unstarted(this::loop);
    private @Nullable FileStamp read;
    private @Nullable FileStamp seen;
    private volatile long steppedMs;
    private volatile String fileProblem = "";
    private volatile long alertsWaiting;
    private final AtomicLong givenUp = new AtomicLong();

    /// @param listening called once a second while Sense can hear heartbeats
    public SelfMonitor(
            @Nullable Path file,
            DefinitionParser parser,
            DefinitionRegistry definitions,
            Monitor monitor,
            Scheduler scheduler,
            OutboxStore outbox,
            LiveFeed live,
            ServerFeed servers,
            Supplier<String> hubProblem,
            LongSupplier hubRefused,
            Witness witness,
            Runnable listening,
            Database database,
            Network network,
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
        this.hubRefused = hubRefused;
        this.witness = witness;
        this.listening = listening;
        this.clock = clock;
        this.database = database;
        deadMansSwitch =
                new DeadMansSwitch(() -> definitions.file().heartbeatUrl(), this::isWell, WebClient.forAlerts(network));
        read = stamp(); // Before it is read: what changes meanwhile is read again.
        steppedMs = clock.elapsedMs().getAsLong();
    }

    public void start() {
        thread.start();
        deadMansSwitch.start();
    }

    private void loop() {
        try {
            while (true) {
                attempt(this::reload);
                if (!witness.wasDown()) attempt(listening); // Else no heartbeat can arrive.
                attempt(monitor::tick);
                attempt(this::lookAtOutbox);
                attempt(() -> live.self(figures()));
                steppedMs = clock.elapsedMs().getAsLong();
                Thread.sleep(PERIOD_MS);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private static void attempt(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error failure) { // The next second may be better, and must come.
            LOG.log(Level.ERROR, "Sense could not look after itself", failure);
        }
    }

    /// Reads the file if it has changed and is settled: half of a file that is being written may be valid, with fewer
    /// checks.
    private void reload() {
        FileStamp now = stamp();
        boolean isSettled = now != null && now.equals(seen);
        seen = now;
        Path path = file;
        if (path == null || now == null || !isSettled || now.equals(read)) return;
        try {
            if (now.size == 0) throw new InvalidSenseException(List.of(new Fault("", path.toString(), "is empty")));
            definitions.load(parser.file(path));
            fileProblem = "";
            LOG.log(
                    Level.INFO,
                    "read the changed file=" + LogField.quoted(path) + " checks="
                            + monitor.definitions().size());
        } catch (InvalidSenseException invalid) {
            String problem = String.valueOf(invalid.getMessage());
            fileProblem = problem.length() <= PROBLEM_MAX ? problem : problem.substring(0, PROBLEM_MAX) + "…";
            LOG.log(Level.WARNING, "the changed file has mistakes, and the old checks stay:\n" + fileProblem);
        }
        read = now; // And not before: what could not be taken over, because the disk is full, is tried again.
    }

    private void lookAtOutbox() {
        Map<String, Long> waiting = outbox.waiting();
        givenUp.addAndGet(outbox.giveUpOldest(waiting, clock.wall().instant()));
        alertsWaiting = waiting.values().stream().mapToLong(Long::longValue).sum();
    }

    /// Why incidents can't be recorded, or what was tried last could not, in a few words; empty if the database works.
    private String databaseProblem() {
        String problem = monitor.recording().problem();
        return problem.isEmpty() ? database.problem() : problem;
    }

    private @Nullable FileStamp stamp() {
        try {
            return file == null ? null : new FileStamp(Files.getLastModifiedTime(file), Files.size(file));
        } catch (IOException gone) { // Editors replace files: it is back soon, or what was read stays.
            return null;
        }
    }

    private boolean isWell() {
        return scheduler.backlogMs() <= LATE_MS
                && clock.elapsedMs().getAsLong() - steppedMs <= LATE_MS
                && databaseProblem().isEmpty()
                && !witness.wasDown() // If it is the witness that is gone, no check is reported.
                && monitor.recording().quarantined().isEmpty();
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
        all.put("live_dropped", live.dropped() + hubRefused.getAsLong());
        all.put("samples_ignored", servers.ignored());
        if (!hubProblem.get().isEmpty()) all.put("hub_problem", hubProblem.get());
        if (!servers.problem().isEmpty()) all.put("servers_problem", servers.problem());
        if (!witness.problem().isEmpty()) all.put("network_problem", witness.problem());
        if (!fileProblem.isEmpty()) all.put("file_problem", fileProblem);
        if (!databaseProblem().isEmpty()) all.put("database_problem", databaseProblem());
        String quarantined = monitor.recording().quarantined();
        if (!quarantined.isEmpty()) all.put("incidents_problem", quarantined);
        if (!deadMansSwitch.problem().isEmpty()) all.put("heartbeat_problem", deadMansSwitch.problem());
        return all;
    }

    @Override
    public void close() {
        deadMansSwitch.close();
        if (thread.getState() == Thread.State.NEW) return;
        thread.interrupt();
        try {
            thread.join(CLOSING_MAX); // It may be using the database, which is closed next.
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
