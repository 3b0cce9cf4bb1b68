package dev.sluice.lab.page;

import dev.sluice.Request;
import dev.sluice.Response;
import dev.sluice.Routes;
import dev.sluice.SseStream;
import dev.sluice.lab.line.Line;
import dev.sluice.lab.line.Trouble;
import dev.sluice.lab.plan.LabPlan;
import dev.sluice.lab.plan.LabTls;
import dev.sluice.lab.plan.Lane;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The lab of the page, of one visitor at a time: it is a load generator. A page opens it with a stream, on
/// which it gets what is counted; it ends with that stream, and after some time in any case.
final class LabSessions {
    private static final Duration PERIOD = Duration.ofMillis(250);
    private static final Duration TIME_MAX = Duration.ofMinutes(15);
    private static final Duration CUT = Duration.ofSeconds(2);
    private static final int SLOW_BYTES_PER_SECOND = 2_000;

    private final Supplier<Optional<LabTls>> tls;
    private final Semaphore free = new Semaphore(1);
    private final Semaphore warming = new Semaphore(1);
    private volatile @Nullable LabSession open;

    /// The answer with which a page begins.
    ///
    /// @param lanes     their addresses by label
    /// @param authority the certificate to trust for HTTP/2; null: there is none
    record Opened(
            String id, Map<String, String> lanes, @Nullable String authority) {}

    LabSessions(Supplier<Optional<LabTls>> tls) {
        this.tls = tls;
    }

    /// Adds the routes: `open`, `set/ID`, `warm/ID`, `line/ID/LANE/KIND`, the frames `track/ID` in which the clients
    /// run, the clock of events, and `recommend`.
    void on(Routes routes) {
        routes.sse("/open", this::open)
                .post("/set/*", this::set)
                .post("/warm/*", this::warm)
                .post("/line/*/*/*", this::trouble)
                .get("/track/*", this::track)
                .get("/clock", _ -> Response.text(Double.toString(LabSession.wallNs() / 1e6)))
                .post("/recommend", Advice::answer);
    }

    /// Sends `lab` with what the page needs, then `figures`; `busy` if somebody else uses it.
    private void open(SseStream page) throws IOException, InterruptedException {
        if (!free.tryAcquire()) {
            page.send("busy", "");
            return;
        }
        try {
            run(page);
        } finally {
            free.release();
        }
    }

    private void run(SseStream page) throws IOException, InterruptedException {
        var certificate = tls.get();
        InetAddress visitor = page.request().remote().getAddress();
        boolean isHere = visitor != null && visitor.isLoopbackAddress();
        String name = isHere ? "127.0.0.1" : hostName(page.request());
        try (var session = LabSession.start(
                isHere ? "127.0.0.1" : "0.0.0.0", name, origin(page.request()), certificate.orElse(null))) {
            open = session;
            Map<String, String> lanes = new LinkedHashMap<>();
            session.lines().forEach((lane, line) -> lanes.put(lane.label(), address(lane, name, line)));
            page.json(
                    "lab",
                    new Opened(
                            session.id(),
                            lanes,
                            certificate.map(each -> each.authority().toString()).orElse(null)));
            long endNs = System.nanoTime() + TIME_MAX.toNanos();
            while (System.nanoTime() < endNs) {
                page.json("figures", session.figures());
                Thread.sleep(PERIOD);
            }
            page.send("over", "");
        } finally {
            open = null;
        }
    }

    private static String address(Lane lane, String name, Line line) {
        return (lane.isTls() ? "https://" : "http://") + name + ":"
                + line.address().getPort();
    }

    private static String hostName(Request request) {
        String host = request.header("Host").orElse("localhost");
        return host.replaceFirst(":\\d+$", "");
    }

    private static String origin(Request request) {
        boolean isTls = request.header("X-Forwarded-Proto").orElse("http").equals("https");
        return (isTls ? "https://" : "http://") + request.header("Host").orElse("localhost");
    }

    private @Nullable LabSession session(Request request) {
        LabSession current = open;
        return current != null && current.id().equals(request.stars().getFirst()) ? current : null;
    }

    private static Response ended() {
        return Response.text("This lab has ended.\n").status(404);
    }

    /// `?rate=` events per second, 0 for none, and `?size=`.
    private Response set(Request request) {
        LabSession session = session(request);
        if (session == null) return ended();
        try {
            double rate = Double.parseDouble(request.query("rate").orElse("0"));
            int size = Integer.parseInt(request.query("size").orElse("100"));
            if (!(rate >= 0 && rate <= LabSession.RATE_MAX) || size < LabPlan.SIZE_MIN || size > LabSession.SIZE_MAX) {
                return Response.text("rate takes 0 to 500, size 33 to 16384.\n").status(400);
            }
            session.publish(rate, size);
            return Response.empty().status(204);
        } catch (NumberFormatException wrong) {
            return Response.text("rate and size are numbers.\n").status(400);
        }
    }

    private Response warm(Request request) throws IOException, InterruptedException {
        LabSession session = session(request);
        if (session == null) return ended();
        if (!warming.tryAcquire()) return Response.empty().status(204); // It is under way.
        try {
            session.warm();
        } finally {
            warming.release();
        }
        return Response.empty().status(204);
    }

    private Response trouble(Request request) throws InterruptedException {
        LabSession session = session(request);
        if (session == null) return ended();
        Line line =
                Lane.labelled(request.stars().get(1)).map(session.lines()::get).orElse(null);
        if (line == null) return Response.text("There is no such lane.\n").status(404);
        Trouble trouble = line.trouble();
        switch (request.stars().get(2)) {
            case "cut" -> session.cut(line, CUT);
            case "unplug" -> trouble.unplug(true);
            case "plug" -> trouble.unplug(false);
            case "slow" -> trouble.slow(SLOW_BYTES_PER_SECOND);
            case "fast" -> trouble.slow(0);
            case "buffer" -> trouble.buffer(true);
            case "pass" -> trouble.buffer(false);
            default -> {
                return Response.text("There is no such trouble.\n").status(404);
            }
        }
        return Response.empty().status(204);
    }

    /// A document for clients. Its policy names the lines of this lab, so the page's own need not.
    private Response track(Request request) {
        LabSession session = session(request);
        if (session == null) return ended();
        var connect = new StringBuilder("connect-src 'self'");
        String name = hostName(request);
        session.lines().forEach((lane, line) -> {
            String port = ":" + line.address().getPort();
            for (String host : new String[] {"127.0.0.1", name}) {
                if (lane.isTls()) connect.append(" https://").append(host).append(port);
                else
                    connect.append(" http://")
                            .append(host)
                            .append(port)
                            .append(" ws://")
                            .append(host)
                            .append(port);
            }
        });
        return Response.html("<!doctype html><meta charset=\"utf-8\"><title>Sluice lab</title>"
                        + "<script type=\"module\" src=\"../page/track.js\"></script>")
                .header(
                        "Content-Security-Policy",
                        "default-src 'none'; script-src 'self'; " + connect
                                + "; base-uri 'none'; form-action 'none'; frame-ancestors 'self';"
                                + " require-trusted-types-for 'script'; trusted-types 'none'")
                .header("Cache-Control", "no-store")
                .header("Referrer-Policy", "no-referrer");
    }
}
