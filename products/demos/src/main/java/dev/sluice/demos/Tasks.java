package dev.sluice.demos;

import dev.sluice.Message;
import dev.sluice.Request;
import dev.sluice.Response;
import dev.sluice.Routes;
import dev.sluice.Sluice;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Long jobs with progress. All jobs share one channel, and the key of an event is the id of its job, so a
/// `snapshot` is the current list of jobs. A reader therefore finds a job again after a reload, and on
/// another device, without a database.
///
/// A job continues while nobody watches, which is the point of this demo. It ends by itself after half a
/// minute.
final class Tasks implements Use {
    static final String CHANNEL = "demos/task";

    private static final int RUNNING_MAX = 8;
    private static final int STEPS = 100;
    private static final Duration STEP = Duration.ofMillis(300);
    private static final Duration CLOSING = Duration.ofSeconds(1);

    /// The time between two checks that start an example job if somebody watches and no job runs.
    private static final Duration PERIOD = Duration.ofSeconds(2);

    private static final List<String> KINDS = List.of("report", "video", "backup");

    /// The progress of a job.
    ///
    /// @param job   the job's id, which is the key of its events in [#CHANNEL]
    /// @param kind  one of [#KINDS]
    /// @param state `running`, `done` or `stopped`
    record Progress(String job, String kind, int step, int steps, String state) {}

    record Wish(@Nullable String kind) {}

    private final Duration step;
    private final Map<String, Thread> running = new ConcurrentHashMap<>();
    private final AtomicBoolean isClosed = new AtomicBoolean();

    Tasks() {
        this(STEP);
    }

    Tasks(Duration step) {
        this.step = step;
    }

    @Override
    public String name() {
        return "task";
    }

    @Override
    public Map<String, String> retention() {
        return Map.of(
                "retention.max_events", "1000", "retention.max_bytes", "256KiB", "retention.keep", "newest-of-key");
    }

    @Override
    public void on(Sluice hub, Routes routes) {
        Use.watched(hub, routes, new Feed(hub, CHANNEL, PERIOD, () -> {
            if (running.isEmpty()) begin(hub, KINDS.getFirst());
            return true;
        }));
        hub.onClose(() -> {
            isClosed.set(true);
            for (Thread job : running.values()) {
                job.interrupt();
                job.join(CLOSING); // It reports its end while the hub still accepts events.
            }
        });
        routes.post("/jobs", request -> begin(hub, request.json(Wish.class).kind()))
                .delete("/jobs/*", this::stop);
    }

    private synchronized Response begin(Sluice hub, @Nullable String kind) {
        if (kind == null || !KINDS.contains(kind))
            return Response.text("There is no such kind of job.\n").status(400);
        if (isClosed.get() || running.size() >= RUNNING_MAX) {
            return Response.text("Too many jobs run. Stop one, or wait for its end.\n")
                    .status(503);
        }
        String job = UUID.randomUUID().toString();
        Thread thread = Thread.ofVirtual().name("sluice job").unstarted(() -> run(hub, job, kind));
        running.put(job, thread); // Added before it can end.
        thread.start();
        return Response.json(Map.of("job", job)).status(201);
    }

    private Response stop(Request request) {
        Thread thread = running.get(request.stars().getFirst());
        if (thread == null) return Response.text("This job does not run.\n").status(404);
        thread.interrupt();
        return Response.empty().status(204);
    }

    private void run(Sluice hub, String job, String kind) {
        int done = 0;
        try {
            while (done < STEPS && report(hub, new Progress(job, kind, done, STEPS, "running"))) {
                Thread.sleep(step); // A real job would work here.
                done++;
            }
        } catch (InterruptedException stopped) {
            // The job ends below, and its thread has nothing else to do.
        }
        try {
            report(hub, new Progress(job, kind, done, STEPS, done == STEPS ? "done" : "stopped"));
        } finally {
            running.remove(job);
        }
    }

    private static boolean report(Sluice hub, Progress progress) {
        return hub.channel(CHANNEL)
                .publish(Message.json(progress).key(progress.job))
                .isStored();
    }
}
