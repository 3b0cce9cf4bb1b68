package dev.sluice.server;

import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.ProblemPage;
import dev.sluice.server.http.ResponseListener;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.Router;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.exchange.FixedResponse;
import dev.sluice.server.http.exchange.HttpBudget;
import dev.sluice.server.http.h1.HttpInitializer;
import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.Method;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.http.policy.OriginPolicy;
import dev.sluice.server.net.CannotListenException;
import dev.sluice.server.net.Connections;
import dev.sluice.server.net.EventLoops;
import dev.sluice.server.net.Listener;
import dev.sluice.server.net.Listeners;
import dev.sluice.server.net.OpenLimit;
import dev.sluice.server.net.address.AddressAdmission;
import dev.sluice.server.net.address.ProxyGate;
import dev.sluice.server.net.outlet.UnsentBytes;
import dev.sluice.server.subscribe.SubscribeRequest.Errors;
import dev.sluice.server.transport.sse.SseTransport;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Answers at the addresses of a hub whose log is being opened: `/livez` with 200, an EventSource with an event
/// and the time after which it asks again, everything else with 503.
/// Opening a large log, or waiting for the other nodes of a cluster, may take minutes, and a supervisor that
/// got no answer would end the process, and make the next one begin anew.
///
/// Most logs open in less than a second; then no socket is opened here.
public final class StartingServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(StartingServer.class.getName());
    private static final Duration DELAY = Duration.ofSeconds(1);

    /// Connections of probes and of early clients.
    private static final int CONNECTIONS_MAX = 256;

    private static final Duration CLOSE_TIME = Duration.ofMillis(200);

    private static final int RETRY_MS = 1_000;

    private static final Problem STARTING = Problems.NOT_READY
            .of("The hub is starting: it opens its log. Ask again in a moment.")
            .withHeader("Retry-After", Integer.toString(RETRY_MS / 1_000));

    private final ServerSettings settings;
    private final InstantSource clock;
    private final CountDownLatch closing = new CountDownLatch(1);
    private @Nullable Opened opened;

    private record Opened(EventLoops loops, Connections connections, Listeners listeners) {
        void close() {
            listeners.close();
            connections.stop();
            connections.close(CLOSE_TIME);
            loops.close();
        }
    }

    private StartingServer(ServerSettings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /// Begins to answer in a moment, unless it is closed before.
    ///
    /// @param settings those of the hub; its addresses with the port 0 are left out, because nobody knows them
    ///                 yet
    public static StartingServer begin(ServerSettings settings, InstantSource clock) {
        var starting = new StartingServer(settings, clock);
        Thread.ofVirtual().name("sluice-starting").start(starting::openLater);
        return starting;
    }

    private void openLater() {
        try {
            if (!closing.await(DELAY.toMillis(), TimeUnit.MILLISECONDS)) open();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        } catch (CannotListenException refused) {
            // The hub itself will try again, and report it.
            LOG.log(System.Logger.Level.DEBUG, "no probes while the log is opened", refused);
        }
    }

    private synchronized void open() {
        List<Listener> listeners =
                settings.listeners().stream().filter(each -> each.port() != 0).toList();
        if (closing.getCount() == 0 || listeners.isEmpty()) return;
        EventLoops loops = new EventLoops(1);
        try {
            Connections connections = connections();
            HttpInitializer http = http();
            opened = new Opened(
                    loops,
                    connections,
                    Listeners.open(
                            listeners,
                            loops,
                            connections,
                            _ -> http,
                            settings.hub().stall(),
                            settings.security().insecure()));
        } catch (RuntimeException failed) {
            loops.close();
            throw failed;
        }
        LOG.log(System.Logger.Level.INFO, "opening the log takes a moment; /livez answers 200 meanwhile, /readyz 503");
    }

    private HttpInitializer http() {
        Route starting = StartingServer::refuse;
        Router routes = new Router()
                .onUnfiltered(Method.GET, "/livez", exchange -> exchange.answer(ServerResponse.text(Status.OK, "ok\n")))
                .otherwise((exchange, _) -> refuse(exchange));
        return new HttpInitializer(
                settings.http(),
                new OriginPolicy(settings.security()),
                routes,
                new HttpBudget(
                        new OpenLimit(CONNECTIONS_MAX),
                        starting,
                        settings.publish().inFlight(),
                        UnsentBytes.of(1),
                        new InFlightBytes(settings.hub().answersBytes(), "delivery.answers_max"),
                        0),
                clock,
                ResponseListener.NONE,
                ProblemPage.NONE);
    }

    /// Any status but 200 ends an EventSource for ever.
    private static void refuse(Exchange exchange) {
        RequestHead request = exchange.request();
        String accepted = request.firstHeader(HeaderNames.ACCEPT);
        boolean isStream = (accepted != null && accepted.contains(SseTransport.CONTENT_TYPE))
                || request.parameters().all("as").contains("sse");
        if (isStream && Errors.of(request.parameters()) != Errors.STATUS) {
            exchange.answer(SseTransport.refusal(STARTING, RETRY_MS));
        } else {
            exchange.refuse(STARTING);
        }
    }

    private Connections connections() {
        FixedResponse full = new FixedResponse(STARTING, settings.http(), ResponseListener.NONE);
        return new Connections(
                CONNECTIONS_MAX,
                2 * CONNECTIONS_MAX,
                full,
                full,
                AddressAdmission.ALL,
                full,
                new ProxyGate(settings.security().proxies(), settings.http().headTime()));
    }

    /// Stops listening, so that the hub can.
    @Override
    public void close() {
        closing.countDown();
        closeOpened();
    }

    private synchronized void closeOpened() {
        if (opened != null) opened.close();
        opened = null;
    }
}
