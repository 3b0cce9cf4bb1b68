package dev.sluice.sense.monitor;

import dev.sluice.sense.check.Network;
import dev.sluice.sense.check.WebClient;
import dev.sluice.sense.notify.OutboxStore;
import dev.sluice.sense.schedule.Scheduler;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/// Monitors Sense itself once a second: reads its file again after a change, applies maintenance windows, and
/// publishes the state of Sense.
public final class SelfMonitor implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SelfMonitor.class.getName());
    private static final long PERIOD_MS = 1_000;

    private static final Duration CLOSING_MAX = Duration.ofSeconds(2);

    /// Sense is not well if a run, or a step of this monitor, is later than this.
    private static final long LATE_MS = 30_000;

    private final DefinitionFile file;
    private final CheckPipeline checks;
    private final OutboxStore outbox;
    private final HubFeeds feeds;
    private final Runnable listening;
    private final SenseClock clock;
    private final DeadMansSwitch deadMansSwitch;
    private final Thread thread = Thread.ofVirtual().name("sense self").unstarted(this::loop);
    private volatile long steppedMs;
    private volatile long alertsWaiting;
    private final AtomicLong givenUp = new AtomicLong();

    /// @param listening called once a second while Sense can receive heartbeats
    public SelfMonitor(
            DefinitionFile file,
            CheckPipeline checks,
            OutboxStore outbox,
            HubFeeds feeds,
            Runnable listening,
            Network network,
            SenseClock clock) {
        this.file = file;
        this.checks = checks;
        this.outbox = outbox;
        this.feeds = feeds;
        this.listening = listening;
        this.clock = clock;
        deadMansSwitch = new DeadMansSwitch(file::heartbeatUrl, this::isWell, WebClient.forAlerts(network));
        steppedMs = clock.elapsedMs().getAsLong();
    }

    public void start() {
        thread.start();
        deadMansSwitch.start();
    }

    private void loop() {
        try {
            while (true) {
                attempt(file::reload);
                if (!checks.witness().wasDown())
                    attempt(listening); // While the network is down, no heartbeat can arrive.
                attempt(checks.monitor()::tick);
                attempt(this::lookAtOutbox);
                attempt(() -> feeds.live().self(figures()));
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
        } catch (RuntimeException | Error failure) { // The thread must survive for the next attempt in a second.
            LOG.log(Level.ERROR, "Sense could not monitor itself", failure);
        }
    }

    private void lookAtOutbox() {
        Map<String, Long> waiting = outbox.waiting();
        givenUp.addAndGet(outbox.giveUpOldest(waiting, clock.wall().instant()));
        alertsWaiting = waiting.values().stream().mapToLong(Long::longValue).sum();
    }

    private boolean isWell() {
        return checks.isWell(LATE_MS) && clock.elapsedMs().getAsLong() - steppedMs <= LATE_MS;
    }

    /// Returns the state of Sense itself.
    public Map<String, Object> figures() {
        Scheduler scheduler = checks.scheduler();
        IncidentRecorder.Status recording = checks.monitor().recording();
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("at", clock.wall().instant().toString());
        all.put("checks", checks.monitor().definitions().size());
        all.put("running", scheduler.running());
        all.put("drift_p50_ms", scheduler.drift().percentileMs(0.5));
        all.put("drift_p99_ms", scheduler.drift().percentileMs(0.99));
        all.put("backlog_ms", scheduler.backlogMs());
        all.put("missed", scheduler.missed());
        all.put("outbox_waiting", alertsWaiting);
        all.put("outbox_given_up", givenUp.get());
        all.put("incidents_waiting", recording.waiting());
        all.put("incidents_dropped", recording.dropped());
        all.put("live_dropped", feeds.dropped());
        all.put("samples_ignored", feeds.servers().ignored());
        putProblem(all, "hub_problem", feeds.problem());
        putProblem(all, "servers_problem", feeds.servers().problem());
        putProblem(all, "network_problem", checks.witness().problem());
        putProblem(all, "file_problem", file.problem());
        putProblem(all, "database_problem", checks.databaseProblem());
        putProblem(all, "incidents_problem", recording.quarantined());
        putProblem(all, "heartbeat_problem", deadMansSwitch.problem());
        return all;
    }

    private static void putProblem(Map<String, Object> all, String name, String problem) {
        if (!problem.isEmpty()) all.put(name, problem);
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
