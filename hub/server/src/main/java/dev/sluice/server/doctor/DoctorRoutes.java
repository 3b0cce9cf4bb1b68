package dev.sluice.server.doctor;

import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.Router;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.Method;
import dev.sluice.server.http.head.Parameters;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.transport.HttpStream;
import dev.sluice.server.transport.websocket.MessageLimits;
import dev.sluice.server.transport.websocket.ProgramWebSocket;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/// The routes below `/doctor/`. Each request names its run (`run`), and each client has at most one run at a
/// time ([DoctorRuns]). `docs/protocol.md` §5.
public final class DoctorRoutes {
    private static final int EVENTS_MAX = 200;
    private static final int EVERY_MS_MIN = 200;
    private static final int EVERY_MS_MAX = 1_800_000;

    private static final Map<String, Boolean> FORMATS = Map.of("sse", true, "ndjson", false);

    private final boolean isEnabled;
    private final boolean isOpen;
    private final InstantSource wall;
    private final MessageLimits limits;
    private final DoctorRuns runs;
    private final EchoRoute echo;

    /// @param isEnabled whether every client may use them; otherwise only operators may
    /// @param isOpen    whether there are no identities, and so no operators
    /// @param wall      stamps events
    /// @param nowMs     a clock that does not go back
    /// @param limits    of what a client may send over a WebSocket
    public DoctorRoutes(
            boolean isEnabled, boolean isOpen, InstantSource wall, LongSupplier nowMs, MessageLimits limits) {
        this.isEnabled = isEnabled;
        this.isOpen = isOpen;
        this.wall = wall;
        this.limits = limits;
        this.runs = new DoctorRuns(nowMs);
        this.echo = new EchoRoute(wall);
    }

    /// Adds the routes. If they are enabled for every client, requests are not authenticated, because the doctor
    /// sends a made-up `Authorization`.
    public Router addTo(Router router) {
        add(router, Method.GET, "/doctor/echo", exchange -> request(exchange, echo::answer));
        add(router, Method.GET, "/doctor/count.json", exchange -> request(exchange, echo::count));
        add(router, Method.GET, "/doctor/stream", this::stream);
        add(router, Method.GET, "/doctor/socket", this::socket);
        add(router, Method.POST, "/doctor/upload", this::upload);
        add(router, Method.POST, "/doctor/end", this::end);
        // Relative, because a proxy may serve the hub below a path of another site.
        ServerResponse toPage = ServerResponse.empty(Status.PERMANENT_REDIRECT).with(HeaderNames.LOCATION, "./doctor/");
        return router.onUnfiltered(Method.GET, "/doctor", exchange -> exchange.answer(toPage));
    }

    private void add(Router router, Method method, String path, Route route) {
        if (isEnabled) router.onUnfiltered(method, path, route);
        else router.on(method, path, exchange -> forOperators(exchange, route));
    }

    private void forOperators(Exchange exchange, Route route) {
        exchange.requireAdmin();
        if (isOpen) {
            throw Problems.FORBIDDEN.refused("This hub does not answer the doctor: set 'doctor = true' in"
                    + " its sluice.toml, or start it with --doctor.");
        }
        route.handle(exchange);
    }

    /// Counts a request that is answered at once, so it never counts as open.
    private void request(Exchange exchange, Route route) {
        runs.take(exchange).close();
        route.handle(exchange);
    }

    /// Ends a run, so that the client's next run can begin at once.
    private void end(Exchange exchange) {
        exchange.request().parameters().allow(Set.of("run"));
        runs.end(exchange);
        exchange.answer(ServerResponse.empty(Status.NO_CONTENT));
    }

    private void stream(Exchange exchange) {
        Parameters query = exchange.request().parameters();
        query.allow(Set.of("run", "as", "events", "every"));
        boolean isSse = query.choice("as", FORMATS).orElse(true);
        Pace pace = pace(query);
        ServerResponse head = HttpStream.head(isSse ? "text/event-stream" : "application/x-ndjson");
        if (exchange.request().method().equals(Method.HEAD)) {
            exchange.answer(head);
            return;
        }
        DoctorRuns.Taken taken = runs.take(exchange);
        var framing = exchange.framing();
        var events = new PacedEvents(pace, wall, taken);
        var outlet = exchange.stream(head, events);
        events.begin(
                outlet,
                (n, data) -> framing.piece(isSse ? "id: " + n + "\ndata: " + data + "\n\n" : data + "\n"),
                framing.end());
    }

    private void socket(Exchange exchange) {
        Parameters query = exchange.request().parameters();
        query.allow(Set.of("run", "events", "every"));
        Pace pace = pace(query);
        DoctorRuns.Taken taken = runs.take(exchange);
        try {
            ProgramWebSocket.open(
                    exchange, null, limits, socket -> new PacedSocket(socket, new PacedEvents(pace, wall, taken)));
        } catch (RuntimeException refused) {
            taken.close();
            throw refused;
        }
    }

    private void upload(Exchange exchange) {
        exchange.request().parameters().allow(Set.of("run"));
        exchange.body(new UploadTimes(exchange, wall, runs.take(exchange)::close));
    }

    private static Pace pace(Parameters query) {
        int events = query.integer("events", 1, EVENTS_MAX).orElse(1);
        int everyMs = query.integer("every", EVERY_MS_MIN, EVERY_MS_MAX).orElse(1_000);
        if ((events - 1L) * everyMs > EVERY_MS_MAX) {
            throw Problems.BAD_PARAMETER.refused(
                    "every",
                    "A stream of the doctor lasts " + EVERY_MS_MAX / 60_000 + " minutes at most: ask for less.");
        }
        return new Pace(events, everyMs);
    }

    /// The number of a stream's events and the interval between them; the first is sent at once.
    record Pace(int events, int everyMs) {}
}
