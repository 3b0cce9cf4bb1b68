package dev.sluice.lab.page;

import dev.sluice.Request;
import dev.sluice.Response;
import dev.sluice.Routes;
import dev.sluice.SseStream;
import dev.sluice.lab.line.CountingProxy;
import dev.sluice.lab.plan.LabPlan;
import dev.sluice.lab.plan.LabTls;
import dev.sluice.lab.plan.Technique;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The labs of the page. Only one visitor at a time may run a lab, because it is a load generator. A page
/// opens its lab with a stream, on which it receives the figures. The lab ends with that stream, at the
/// latest after 15 minutes.
final class LabSessions {
    static final Duration TIME_MAX = Duration.ofMinutes(15);
    private static final Duration PERIOD = Duration.ofMillis(250);
    private static final Duration CUT = Duration.ofSeconds(2);
    private static final int SLOW_BYTES_PER_SECOND = 2_000;

    private final Supplier<Optional<LabTls>> tls;
    private final InstantSource clock;
    private final AtomicReference<@Nullable Use> use = new AtomicReference<>();
    private final Semaphore driving = new Semaphore(1);
    private volatile @Nullable LabSession open;

    /// The first event to a page that has opened a lab.
    ///
    /// @param lanes     the addresses of the lanes by label
    /// @param authority the certificate authority to trust for HTTP/2; null if there is no certificate
    record Opened(
            String id, Map<String, String> lanes, @Nullable String authority) {}

    /// The answer to a second visitor.
    ///
    /// @param address the address of the first visitor
    /// @param sinceMs when the first visitor's lab started
    /// @param untilMs when that lab ends at the latest
    record Use(String address, long sinceMs, long untilMs) {}

    LabSessions(Supplier<Optional<LabTls>> tls, InstantSource clock) {
        this.tls = tls;
        this.clock = clock;
    }

    /// Adds the routes: `open`, `set/ID`, `warm/ID`, `footprint/ID/LANE`, `streams/ID`, `line/ID/LANE/KIND`,
    /// `track/ID` for the frames in which the clients run, the clock of the events, and `recommend`.
    void on(Routes routes) {
        routes.sse("/open", this::open)
                .post("/set/*", this::set)
                .post(
                        "/warm/*",
                        request -> drive(request, session -> {
                            session.warm();
                            return Response.empty().status(204);
                        }))
                .post("/footprint/*/*", this::footprint)
                .get("/streams/*", this::streams)
                .post("/line/*/*/*", this::fault)
                .get("/track/*", this::track)
                .get("/clock", _ -> Response.text(Double.toString(LabSession.wallNs() / 1e6)))
                .post("/recommend", RecommendRoute::answer);
    }

    /// Sends `lab` with what the page needs, then `figures` repeatedly, and finally `over` or `broken`. Sends
    /// only `busy` if another visitor uses the lab, `host` if the page's address has a name that lines can't
    /// use, or `failed` if the hub could not be started.
    private void open(SseStream page) throws IOException, InterruptedException {
        Optional<Visitor> visitor = Visitor.of(page.request());
        if (visitor.isEmpty()) {
            page.send("host", "");
            return;
        }
        Instant now = clock.instant();
        Instant until = now.plus(TIME_MAX);
        var mine = new Use(visitor.get().address().getHostAddress(), now.toEpochMilli(), until.toEpochMilli());
        Use other = use.compareAndExchange(null, mine);
        if (other != null) {
            page.json("busy", other);
            return;
        }
        try {
            run(page, visitor.get(), until);
        } finally {
            use.set(null);
        }
    }

    private void run(SseStream page, Visitor visitor, Instant until) throws IOException, InterruptedException {
        var certificate = tls.get();
        LabSession started;
        try {
            started = LabSession.start(visitor, certificate.orElse(null));
        } catch (IOException failed) {
            warn("the lab's hub could not be started", failed);
            page.send("failed", "");
            return;
        }
        try (var session = started) {
            open = session;
            Map<String, String> lanes = new LinkedHashMap<>();
            session.lines().forEach((lane, line) -> lanes.put(lane.label(), address(lane, visitor, line)));
            page.json(
                    "lab",
                    new Opened(
                            session.id(),
                            lanes,
                            certificate.map(each -> each.authority().toString()).orElse(null)));
            while (clock.instant().isBefore(until)) {
                LabSession.Figures figures;
                try {
                    figures = session.figures();
                } catch (IOException ended) {
                    warn("the lab has ended", ended);
                    page.send("broken", "");
                    return;
                }
                page.json("figures", figures);
                Thread.sleep(PERIOD);
            }
            page.send("over", "");
        } finally {
            open = null;
        }
    }

    private static void warn(String event, IOException reason) {
        System.getLogger(LabSessions.class.getName())
                .log(System.Logger.Level.WARNING, event + " reason='" + reason.getMessage() + "'");
    }

    private static String address(Technique lane, Visitor visitor, CountingProxy line) {
        return (lane.isTls() ? "https://" : "http://") + visitor.lineName() + ":"
                + line.address().getPort();
    }

    private @Nullable LabSession session(Request request) {
        LabSession current = open;
        boolean isOpen = current != null
                && !current.isClosed()
                && current.id().equals(request.stars().getFirst());
        return isOpen ? current : null;
    }

    private static Response ended() {
        return Response.text("This lab has ended.\n").status(404);
    }

    private static Response unknownLane() {
        return Response.text("There is no such lane.\n").status(404);
    }

    /// Handles `?rate=` in events per second (0 for none), `?size=` and `?channels=`.
    private Response set(Request request) {
        LabSession session = session(request);
        if (session == null) return ended();
        try {
            double rate = Double.parseDouble(request.query("rate").orElse("0"));
            int size = Integer.parseInt(request.query("size").orElse("100"));
            int channels = Integer.parseInt(request.query("channels").orElse("1"));
            boolean isWithin = rate >= 0
                    && rate <= LabSession.RATE_MAX
                    && size >= LabPlan.SIZE_MIN
                    && size <= LabSession.SIZE_MAX
                    && channels >= 1
                    && channels <= LabSession.CHANNELS_MAX;
            if (!isWithin) {
                return Response.text("rate takes 0 to 500, size 33 to 16384, channels 1 to 6.\n")
                        .status(400);
            }
            session.publish(rate, size, channels);
            return Response.empty().status(204);
        } catch (NumberFormatException wrong) {
            return Response.text("rate, size and channels are numbers.\n").status(400);
        }
    }

    private interface Job {
        Response run(LabSession session) throws IOException, InterruptedException;
    }

    /// Runs a job with many of the lab's clients, one job at a time. If the visitor leaves, the hub ends
    /// during the job.
    private Response drive(Request request, Job job) throws IOException, InterruptedException {
        LabSession session = session(request);
        if (session == null) return ended();
        if (!driving.tryAcquire()) {
            return Response.text("Another measurement of this lab is under way.\n")
                    .status(409);
        }
        try {
            return job.run(session);
        } catch (IOException failed) {
            if (session.isClosed()) return ended();
            throw failed;
        } finally {
            driving.release();
        }
    }

    /// Handles `?size=` of the events.
    private Response footprint(Request request) throws IOException, InterruptedException {
        Technique lane = Technique.labelled(request.stars().get(1)).orElse(null);
        if (lane == null) return unknownLane();
        int size;
        try {
            size = Integer.parseInt(request.query("size").orElse("100"));
        } catch (NumberFormatException wrong) {
            size = 0;
        }
        if (size < LabPlan.SIZE_MIN || size > LabSession.SIZE_MAX) {
            return Response.text("size takes 33 to 16384.\n").status(400);
        }
        int bytes = size;
        return drive(
                request,
                session -> session.lines().containsKey(lane)
                        ? Response.json(session.footprint(lane, bytes))
                        : unknownLane());
    }

    private Response streams(Request request) throws IOException {
        LabSession session = session(request);
        return session == null ? ended() : Response.json(session.streams());
    }

    private Response fault(Request request) throws InterruptedException {
        LabSession session = session(request);
        if (session == null) return ended();
        CountingProxy line = Technique.labelled(request.stars().get(1))
                .map(session.lines()::get)
                .orElse(null);
        if (line == null) return unknownLane();
        switch (request.stars().get(2)) {
            case "cut" -> session.cut(line, CUT);
            case "refuse" -> line.cut();
            case "mend" -> line.mend();
            case "unplug" -> line.unplug(true);
            case "plug" -> line.unplug(false);
            case "slow" -> line.fault().slow(SLOW_BYTES_PER_SECOND);
            case "fast" -> line.fault().slow(0);
            case "buffer" -> line.fault().buffer(true);
            case "pass" -> line.fault().buffer(false);
            default -> {
                return Response.text("There is no such fault.\n").status(404);
            }
        }
        return Response.empty().status(204);
    }

    private Response track(Request request) {
        LabSession session = session(request);
        if (session == null) return ended();
        return Visitor.of(request)
                .map(visitor -> TrackPage.of(visitor, session.lines()))
                .orElseGet(() ->
                        Response.text("The name of this host is not usable.\n").status(400));
    }
}
