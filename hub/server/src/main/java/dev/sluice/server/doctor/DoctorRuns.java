package dev.sluice.server.doctor;

import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.limit.ClientKey;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The runs of doctors: one per client and a few in total, each with a limit of requests and of time. A run
/// begins with its first request, and ends when its doctor says so, or some seconds after its last request. When
/// the maximum number of runs is reached, the oldest one is ended for that of another client. May be used from
/// any thread.
final class DoctorRuns {
    static final int ALL_MAX = 8;
    static final int OPEN_MAX = 16;
    static final int REQUESTS_MAX = 300;

    /// The longest pause between two requests of a run.
    static final int PAUSE_MS = 5_000;

    /// The longest duration of a run: more than the half hour for which a doctor may watch.
    static final int TIME_MS_MAX = 40 * 60_000;

    /// The age from which a run may be ended for another one. Only runs that watch get this old; others take
    /// seconds.
    static final int GIVES_WAY_MS = 60_000;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{16,64}");

    private static final class Run {
        private final String name;
        private final long beginMs;
        private int open;
        private int requests;
        private long lastMs;
        private boolean hasEnded;
        private final Set<Taken> taken = new LinkedHashSet<>();

        private Run(String name, long nowMs) {
            this.name = name;
            this.beginMs = nowMs;
        }

        private boolean isOver(long nowMs) {
            return open == 0 && (hasEnded || nowMs - lastMs >= PAUSE_MS);
        }
    }

    /// A request of a run, until it is [closed][#close].
    final class Taken implements AutoCloseable {
        private final Run run;
        private @Nullable Runnable giveWay;
        private boolean isClosed;

        private Taken(Run run) {
            this.run = run;
        }

        /// @param cut ends the request, or does nothing if it is over; may be called from any thread
        void onGiveWay(Runnable cut) {
            synchronized (DoctorRuns.this) {
                giveWay = cut;
            }
        }

        @Override
        public void close() {
            synchronized (DoctorRuns.this) {
                if (isClosed) return;
                isClosed = true;
                run.taken.remove(this);
                run.open--;
                run.lastMs = nowMs.getAsLong();
            }
        }
    }

    private final LongSupplier nowMs;
    private final Map<ClientKey, Run> ofClients = new HashMap<>();

    DoctorRuns(LongSupplier nowMs) {
        this.nowMs = nowMs;
    }

    /// Counts a request in its run, and begins the run with its first request.
    ///
    /// @throws ProblemException if the client has another run, this run has reached a limit, or too many runs
    ///     are under way
    Taken take(Exchange exchange) {
        return take(client(exchange), name(exchange));
    }

    /// Ends a run, as soon as none of its requests is open.
    synchronized void end(Exchange exchange) {
        Run run = ofClients.get(client(exchange));
        if (run != null && run.name.equals(name(exchange))) run.hasEnded = true;
    }

    private static ClientKey client(Exchange exchange) {
        return ClientKey.of(exchange.remoteAddress().getAddress());
    }

    private static String name(Exchange exchange) {
        String name = exchange.request().parameters().text("run").orElse("");
        if (!NAME.matcher(name).matches()) {
            throw exchange.request()
                    .parameters()
                    .wrong("run", "a random text of 16 to 64 letters and digits, the same for all requests of a run");
        }
        return name;
    }

    synchronized Taken take(ClientKey client, String name) {
        long now = nowMs.getAsLong();
        ofClients.values().removeIf(run -> run.isOver(now));
        Run run = ofClients.get(client);
        if (run == null) {
            if (ofClients.size() == ALL_MAX) giveWay(now);
            run = new Run(name, now);
            ofClients.put(client, run);
        }
        if (!run.name.equals(name))
            throw refused(
                    Problems.TOO_MANY, "Another doctor already runs for this client, which may have one at a time.");
        if (run.open == OPEN_MAX) throw refused(Problems.TOO_MANY, "This run has " + OPEN_MAX + " requests open.");
        if (run.requests == REQUESTS_MAX || now - run.beginMs > TIME_MS_MAX)
            throw refused(
                    Problems.TOO_MANY,
                    "This run of the doctor has reached its maximum number of requests, or its maximum duration.");
        run.open++;
        run.requests++;
        run.lastMs = now;
        Taken request = new Taken(run);
        run.taken.add(request);
        return request;
    }

    /// Ends the oldest run.
    ///
    /// @throws ProblemException if no run is old enough
    private void giveWay(long now) {
        Map.Entry<ClientKey, Run> oldest = ofClients.entrySet().stream()
                .min(Comparator.comparingLong(each -> each.getValue().beginMs))
                .orElseThrow();
        if (now - oldest.getValue().beginMs < GIVES_WAY_MS)
            throw refused(Problems.FULL, "The hub already serves " + ALL_MAX + " doctors.");
        ofClients.remove(oldest.getKey());
        for (Taken each : List.copyOf(oldest.getValue().taken)) if (each.giveWay != null) each.giveWay.run();
    }

    private static ProblemException refused(Problems problem, String detail) {
        return new ProblemException(
                problem.of(detail + " Try again in a few seconds.").withHeader("Retry-After", "" + PAUSE_MS / 1_000));
    }
}
