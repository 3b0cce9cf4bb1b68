package dev.sluice.server;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.delivery.Dispatcher;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.log.Log;
import dev.sluice.core.presence.Presence;
import dev.sluice.server.drain.DrainGate;
import dev.sluice.server.http.HttpSettings;
import dev.sluice.server.http.ProblemPage;
import dev.sluice.server.http.ResponseListener;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.exchange.FixedResponse;
import dev.sluice.server.http.exchange.HttpBudget;
import dev.sluice.server.http.h1.HttpInitializer;
import dev.sluice.server.http.policy.OriginPolicy;
import dev.sluice.server.http.policy.OriginSettings;
import dev.sluice.server.limit.ConnectionLimits;
import dev.sluice.server.limit.LimitSettings;
import dev.sluice.server.limit.PublishLimits;
import dev.sluice.server.metrics.MetricsSnapshot;
import dev.sluice.server.net.Connections;
import dev.sluice.server.net.Descriptors;
import dev.sluice.server.net.EventLoops;
import dev.sluice.server.net.Listener;
import dev.sluice.server.net.Listeners;
import dev.sluice.server.net.address.ProxyGate;
import dev.sluice.server.presence.PresenceLog;
import dev.sluice.server.stats.ServerClock;
import dev.sluice.server.stats.Statistics;
import dev.sluice.server.transport.DispatcherLookup;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A hub on the network: a log, its delivery, and the sockets. Started once, closed once; may be used from any
/// thread.
public final class Server implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Server.class.getName());

    /// The longest time before the first stream ends: a probe of Kubernetes comes every ten seconds.
    private static final Duration LEAD_MAX = Duration.ofSeconds(10);

    /// Clients reconnect after a random time between the longest retry time divided by this and the longest
    /// retry time.
    private static final int RETRY_SPREAD = 5;

    private final ServerSettings settings;
    private final EventLoops loops;
    private final Connections connections;
    private final Hub hub;
    private final Statistics statistics;
    private final StreamEndLog endLog;
    private final Endpoints endpoints;
    private final @Nullable AccessLog accessLog;
    private final Presence presence;
    private final AtomicBoolean isClosed = new AtomicBoolean();
    private final Listeners listeners;
    private final Consumer<String> onFailure;
    private final DrainGate drain;
    private volatile Runnable onDrained = () -> {};
    private final Thread maintenance =
            Thread.ofVirtual().name("sluice-maintenance").unstarted(this::maintain);
    private boolean isFailureReported; // Used by the maintenance thread only.

    private Server(
            ServerSettings settings,
            Log log,
            ServerClock clock,
            ServerExtensions additions,
            EventLoops loops,
            Statistics statistics,
            StreamEndLog endLog) {
        this.settings = settings;
        this.loops = loops;
        this.statistics = statistics;
        this.endLog = endLog;
        onFailure = additions.onFailure();
        hub = new Hub(
                log,
                settings.hub(),
                loops.forDispatchers(),
                clock.elapsedMs(),
                clock.wall(),
                () -> ThreadLocalRandom.current().nextLong(),
                endLog::ended,
                statistics.hub());
        presence =
                Presence.open(log, settings.presence(), loops.all().getFirst(), clock.elapsedMs(), new PresenceLog());
        hub.leases().open(settings.publish().leasesMax(), Server::onUnreadableLease);
        DispatcherLookup dispatchers = loop -> hub.dispatchers().get(loops.indexOf(loop));
        endpoints = new Endpoints(settings, hub, statistics, presence, dispatchers, clock, additions);
        drain = endpoints.drain();
        accessLog = settings.logsAccess() ? new AccessLog(endpoints.answers(), additions.secretPaths()) : null;
        ResponseListener answers = accessLog == null ? endpoints.answers() : accessLog;
        OriginPolicy policy = new OriginPolicy(settings.security(), additions.cors());
        HttpBudget budget = endpoints.httpBudget();
        connections = connections(log, policy, budget, clock, answers);
        OperatorRoutes operator = endpoints.operator(this::drain);
        Route routes = endpoints.limited(
                additions.routes().apply(endpoints.routes(operator), endpoints.unread()), loops.all());
        ProblemPage refusals = endpoints.refusals();
        listeners = Listeners.open(
                settings.listeners(),
                loops,
                connections,
                listener -> new HttpInitializer(
                        settings.http(),
                        policy,
                        endpoints.of(listener.role(), routes, operator),
                        budget,
                        clock.wall(),
                        answers,
                        refusals),
                settings.hub().stall(),
                settings.security().insecure());
        endpoints.observe(connections, listeners);
    }

    private Connections connections(
            Log log, OriginPolicy policy, HttpBudget budget, ServerClock clock, ResponseListener answers) {
        HttpSettings http = settings.http();
        return new Connections(
                settings.connectionsMax(),
                Descriptors.ofProcess().sockets(log.descriptorsMax()),
                HttpInitializer.forSingleRequest(http, policy, endpoints.full(), budget, clock.wall(), answers),
                new FixedResponse(Endpoints.FULL, http, answers),
                endpoints.connectionLimits(),
                new FixedResponse(ConnectionLimits.TOO_MANY, http, answers),
                new ProxyGate(settings.security().proxies(), http.headTime()));
    }

    /// Channel names are chosen by users, so they are not logged.
    private static void onUnreadableLease(ChannelName channel, RuntimeException failure) {
        LOG.log(
                System.Logger.Level.ERROR,
                "the lease of a channel can't be read: check the log. The channel does not end by itself",
                failure);
    }

    /// Starts to serve a log, with the parts that an embedding program adds. The caller closes the log, after the
    /// server.
    ///
    /// @throws dev.sluice.server.net.CannotListenException if an address is in use, not permitted, or not of
    ///     this machine
    public static Server start(ServerSettings given, Log log, ServerClock clock, ServerExtensions additions) {
        // A copy of the security settings, because a reload changes them in place.
        ServerSettings settings =
                given.toBuilder().security(given.security().copy()).build();
        EventLoops loops = new EventLoops(settings.loops());
        StreamEndLog endLog = new StreamEndLog(clock.elapsedMs());
        Statistics statistics = new Statistics(settings.hub(), loops.forDispatchers(), clock, endLog::ended);
        try {
            Server server = new Server(settings, log, clock, additions, loops, statistics, endLog);
            server.startTimers();
            return server;
        } catch (RuntimeException failed) {
            loops.close();
            statistics.close();
            throw failed;
        }
    }

    private void startTimers() {
        long everyMs = settings.tick().toMillis();
        List<Dispatcher> dispatchers = hub.dispatchers();
        for (int i = 0; i < dispatchers.size(); i++) {
            ScheduledExecutorService loop = loops.all().get(i);
            Dispatcher dispatcher = dispatchers.get(i);
            loop.scheduleAtFixedRate(() -> tick(dispatcher::tick), everyMs, everyMs, TimeUnit.MILLISECONDS);
        }
        loops.all()
                .getFirst()
                .scheduleAtFixedRate(() -> tick(endpoints::tick), everyMs, everyMs, TimeUnit.MILLISECONDS);
        statistics.start(hub, endpoints::reading, settings.tick());
        maintenance.start();
        if (accessLog != null) accessLog.start();
    }

    /// Catches everything, because a scheduled task that throws is never run again, and all heartbeats would end.
    private static void tick(Runnable timers) {
        try {
            timers.run();
        } catch (RuntimeException | Error failed) {
            LOG.log(System.Logger.Level.ERROR, "a timer failed; the others continue", failed);
        }
    }

    private void maintain() {
        try {
            while (!listeners.awaitClose(Duration.ofSeconds(1))) {
                try {
                    hub.maintain();
                    endLog.maintain();
                    listeners.maintain();
                    reportFailure();
                } catch (RuntimeException | Error failed) {
                    LOG.log(System.Logger.Level.ERROR, "maintenance failed; it is tried again in a second", failed);
                }
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /// Reports once that the log has failed, to the operator and to the program.
    private void reportFailure() {
        String failure = hub.failure();
        if (failure == null || isFailureReported) return;
        isFailureReported = true;
        LOG.log(System.Logger.Level.ERROR, "the log has failed: " + failure);
        Thread.ofPlatform().name("sluice-failure").start(() -> onFailure.accept(failure)); // It may close this server.
    }

    /// Returns the address of the first public listener.
    public URI uri() {
        return uris(Listener.Role.PUBLIC).getFirst();
    }

    /// Returns the addresses of all listeners of a role.
    public List<URI> uris(Listener.Role role) {
        return listeners.uris(role);
    }

    public Hub hub() {
        return hub;
    }

    public Presence presence() {
        return presence;
    }

    /// Returns the number of open connections.
    public int connections() {
        return connections.size();
    }

    /// Returns the rate limits of publishes, which [#replace] changes.
    public PublishLimits publishLimits() {
        return endpoints.publishLimits();
    }

    /// Replaces the limits of each client. May be called from any thread.
    public void replace(LimitSettings limits) {
        endpoints.replace(limits);
    }

    /// Changes the admitted hosts, origins and proxies, and the maximum number of connections. Open connections
    /// and streams stay. May be called from any thread.
    public void follow(OriginSettings security, int connectionsMax) {
        settings.security().follow(security);
        connections.limit(connectionsMax);
        endpoints.limitStreams(connectionsMax);
    }

    /// Returns the current state, as the metrics show it. May be called from any thread.
    public MetricsSnapshot reading() {
        return endpoints.reading();
    }

    /// Whether it is ready, as `/readyz` says. May be called from any thread.
    public boolean isReady() {
        return endpoints.isReady();
    }

    /// Returns the number of TLS handshakes that have failed since the start.
    public long failedHandshakes() {
        return listeners.failedHandshakes();
    }

    /// Sets the listener that stops the server after a drain requested by a client. It is called on a separate
    /// thread once all streams have ended. Set it before clients connect.
    public void onDrained(Runnable listener) {
        onDrained = listener;
    }

    /// Ends all streams, spread over a time, and refuses new ones; all other requests continue. Readiness ends
    /// first, because load balancers need some time to notice. Does nothing if a drain has begun.
    ///
    /// @return completes with the number of streams once the end of each is decided; with 0 if a drain has begun
    ///     before
    private CompletionStage<Integer> drain(Duration over) {
        if (!drain.begin(over)) return CompletableFuture.completedStage(0);
        endpoints.stop();
        Duration sixth = over.dividedBy(6);
        Duration lead = sixth.compareTo(LEAD_MAX) < 0 ? sixth : LEAD_MAX;
        LOG.log(
                System.Logger.Level.INFO,
                "draining seconds=" + over.toSeconds() + " readers="
                        + hub.readers().readers());
        long retryMs = settings.subscribe().sseRetry().toMillis();
        return hub.drain(
                        lead,
                        over.minus(lead),
                        () -> ThreadLocalRandom.current().nextLong(retryMs / RETRY_SPREAD, retryMs + 1))
                .whenComplete(
                        (_, _) -> Thread.ofPlatform().name("sluice-drained").start(onDrained));
    }

    /// Drains, unless a client has begun a drain: a stop during a drain means that the operator does not want to
    /// wait.
    private void drainFirst() {
        if (settings.drainTime().isZero() || drain.isDraining()) return;
        onDrained = () -> {};
        try {
            drain(settings.drainTime()).toCompletableFuture().get();
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException failed) {
            LOG.log(System.Logger.Level.ERROR, "the drain failed; all streams end now", failed);
        }
    }

    /// Drains for [ServerSettings#drainTime], then accepts no more connections, ends all streams, answers all
    /// waiting polls, gives clients up to [ServerSettings#stopTime] to read their last bytes, and stops. Blocks.
    /// Repeated calls have no effect.
    @Override
    public void close() {
        if (isClosed.getAndSet(true)) return;
        drainFirst();
        endpoints.stop();
        listeners.close();
        try {
            maintenance.join();
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt(); // The maintenance thread ends by itself once the listeners are closed.
        }
        connections.stop(); // First, so that answers to waiting polls carry `Connection: close`.
        for (Dispatcher dispatcher : hub.dispatchers()) dispatcher.execute(dispatcher::stop);
        connections.close(settings.stopTime());
        endpoints.close();
        hub.close();
        statistics.close();
        loops.close();
        if (accessLog != null) accessLog.close();
    }
}
