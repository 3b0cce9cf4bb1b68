package dev.sluice.server;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.presence.Presence;
import dev.sluice.server.channels.ChannelList;
import dev.sluice.server.channels.ChannelRoutes;
import dev.sluice.server.doctor.DoctorRoutes;
import dev.sluice.server.drain.DrainGate;
import dev.sluice.server.drain.DrainRoute;
import dev.sluice.server.health.Probes;
import dev.sluice.server.http.AccessFilter;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.http.ProblemCounts;
import dev.sluice.server.http.ProblemPage;
import dev.sluice.server.http.ResponseListener;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.Router;
import dev.sluice.server.http.exchange.HttpBudget;
import dev.sluice.server.http.head.Method;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.limit.CallerShares;
import dev.sluice.server.limit.ChannelShares;
import dev.sluice.server.limit.ConnectionLimits;
import dev.sluice.server.limit.LimitSettings;
import dev.sluice.server.limit.PublishLimits;
import dev.sluice.server.limit.RequestLimits;
import dev.sluice.server.metrics.MetricsRoute;
import dev.sluice.server.metrics.MetricsSnapshot;
import dev.sluice.server.net.Connections;
import dev.sluice.server.net.Listener;
import dev.sluice.server.net.Listeners;
import dev.sluice.server.net.OpenLimit;
import dev.sluice.server.net.address.AddressAdmission;
import dev.sluice.server.net.outlet.UnsentBytes;
import dev.sluice.server.openapi.OpenApi;
import dev.sluice.server.page.ChannelPage;
import dev.sluice.server.page.ClientModule;
import dev.sluice.server.page.ErrorPage;
import dev.sluice.server.page.OverviewPage;
import dev.sluice.server.page.Pages;
import dev.sluice.server.page.ScriptPage;
import dev.sluice.server.presence.ClientIdentity;
import dev.sluice.server.presence.PresenceList;
import dev.sluice.server.presence.PresenceParameters;
import dev.sluice.server.publish.BatchRoute;
import dev.sluice.server.publish.ClientMessages;
import dev.sluice.server.publish.LeaseRoutes;
import dev.sluice.server.publish.PublishRoute;
import dev.sluice.server.reload.ReloadRoute;
import dev.sluice.server.reload.RunningConfiguration;
import dev.sluice.server.reload.SettingsRoute;
import dev.sluice.server.search.SearchBudget;
import dev.sluice.server.search.SearchRoute;
import dev.sluice.server.session.Sessions;
import dev.sluice.server.stats.ServerClock;
import dev.sluice.server.stats.Statistics;
import dev.sluice.server.subscribe.ParameterList;
import dev.sluice.server.subscribe.SubscribeParameter;
import dev.sluice.server.subscribe.SubscribeParser;
import dev.sluice.server.subscribe.TransportSpec;
import dev.sluice.server.transport.DispatcherLookup;
import dev.sluice.server.transport.Negotiation;
import dev.sluice.server.transport.ReaderBudget;
import dev.sluice.server.transport.Subscribe;
import dev.sluice.server.transport.SubscriptionAdmission;
import dev.sluice.server.transport.Transport;
import dev.sluice.server.transport.poll.PollTransport;
import dev.sluice.server.transport.sse.SseTransport;
import dev.sluice.server.transport.stream.JsonLinesTransport;
import dev.sluice.server.transport.stream.TextTransport;
import dev.sluice.server.transport.websocket.MessageLimits;
import dev.sluice.server.transport.websocket.WebSocketTransport;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Creates the routes of the hub and maps them to paths: the only class that depends on all packages of the server.
final class Endpoints implements AutoCloseable {
    /// The answer to connections beyond the limit.
    static final Problem FULL = Problems.FULL
            .of("The hub has the maximum number of connections, or of requests over HTTP/2 (connections_max)."
                    + " Try again in a few seconds.")
            .withHeader("Retry-After", "5");

    /// Uses the generator of the calling thread.
    private static final RandomGenerator RANDOM =
            () -> ThreadLocalRandom.current().nextLong();

    private final ServerSettings settings;
    private final DispatcherLookup loops;
    private final AccessFilter access;
    private final InFlightBytes inFlight;
    private final InFlightBytes answers;
    private final OpenLimit http2Streams;
    private final Hub hub;
    private final Statistics statistics;
    private final Probes probes;
    private final DrainGate drain;
    private final ProblemCounts problems = new ProblemCounts();
    private final MetricsSnapshotSource reader;
    private final MetricsRoute metrics;
    private final LongSupplier nowNs;
    private final InstantSource wall;
    private final PublishLimits publishLimits;
    private final ConnectionLimits connectionLimits;
    private final CallerShares shares;
    private @Nullable RequestLimits requestLimits; // Set before the first request.
    private final Pages pages;
    private final Presence presence;
    private final @Nullable RunningConfiguration configuration;
    private final List<Transport> transports;
    private final List<SubscribeParameter<?>> parameters;
    private final Negotiation negotiation;
    private final Subscribe subscribe;
    private final ClientMessages messages;
    private final Sessions sessions;
    private final SearchRoute search;
    private final DoctorRoutes doctor;

    /// @param statistics of the hub
    Endpoints(
            ServerSettings settings,
            Hub hub,
            Statistics statistics,
            Presence presence,
            DispatcherLookup loops,
            ServerClock clock,
            ServerExtensions additions) {
        this.configuration = additions.configuration();
        this.drain = new DrainGate(clock.elapsedMs(), RANDOM);
        this.hub = hub;
        this.statistics = statistics;
        this.pages = additions.pages();
        if (isClustered()) pages.showNodes();
        this.probes = new Probes(hub);
        this.settings = settings;
        this.answers = new InFlightBytes(settings.hub().answersBytes(), "delivery.answers_max");
        this.http2Streams = new OpenLimit(settings.connectionsMax());
        this.loops = loops;
        this.access = additions.access();
        this.inFlight = settings.publish().inFlight();
        this.wall = clock.wall();
        this.nowNs = () -> TimeUnit.MILLISECONDS.toNanos(clock.elapsedMs().getAsLong());
        this.shares = new CallerShares(settings.limits(), settings.security().proxies());
        hub.limitChannels(new ChannelShares(shares, settings.security().proxies()));
        SearchBudget searchBudget = new SearchBudget(shares, nowNs);
        this.search = new SearchRoute(hub, searchBudget, wall, nowNs);
        this.reader = new MetricsSnapshotSource(
                settings, hub, inFlight, answers, searchBudget, search.counts(), problems, configuration);
        this.metrics = new MetricsRoute(reader::read, nowNs);
        this.publishLimits =
                new PublishLimits(settings.limits(), settings.security().proxies(), nowNs);
        this.connectionLimits =
                new ConnectionLimits(settings.limits(), settings.security().proxies(), nowNs);
        this.messages = new ClientMessages(hub, loops::of, settings.publish(), inFlight, publishLimits, problems);
        this.presence = presence;
        MessageLimits limits = MessageLimits.of(settings.publish().lineBytesMax(), inFlight, settings.http());
        this.doctor = new DoctorRoutes(settings.doctor(), access.isOpen(), wall, clock.elapsedMs(), limits);
        PresenceParameters presenceParameters = new PresenceParameters(
                presence, access.isOpen() ? ClientIdentity.AS_CLAIMED : ClientIdentity.OF_PRINCIPAL, shares, answers);
        this.transports = plus(transports(limits), additions.transports());
        this.negotiation = new Negotiation(transports);
        this.parameters =
                plus(ParameterList.of(settings.subscribe(), clock.wall(), negotiation.words()), additions.parameters());
        SubscriptionAdmission admission = new SubscriptionAdmission(
                new SubscribeParser(parameters, settings.subscribe(), presenceParameters),
                new ReaderBudget(hub.readers(), settings.subscribe(), shares),
                statistics.demand(),
                drain);
        this.sessions = new Sessions(loops, access, messages, limits, negotiation, admission, hub.peers());
        this.subscribe = new Subscribe(negotiation, admission);
    }

    private static <T> List<T> plus(List<T> some, List<T> more) {
        List<T> all = new ArrayList<>(some);
        all.addAll(more);
        return List.copyOf(all);
    }

    PublishLimits publishLimits() {
        return publishLimits;
    }

    /// @param beginDrain starts to drain the hub
    OperatorRoutes operator(Consumer<Duration> beginDrain) {
        return new OperatorRoutes(hub, new DrainRoute(hub, drain, beginDrain));
    }

    Router routes(OperatorRoutes operator) {
        PublishRoute publish = new PublishRoute(hub, loops::of, settings.publish(), inFlight, publishLimits, shares);
        LeaseRoutes leases = new LeaseRoutes(hub);
        BatchRoute batch = new BatchRoute(hub, settings.publish(), inFlight, publishLimits);
        ChannelRoutes channels = new ChannelRoutes(hub);
        Router router = new ClientModule()
                .addTo(new Router(access))
                .on(Method.GET, "/", new OverviewPage(pages, hub, statistics, OverviewPage.View.ALL))
                .onUnfiltered(Method.GET, "/page/**", pages)
                .onUnfiltered(Method.GET, "/favicon.ico", pages::favicon)
                .on(
                        Method.GET,
                        "/channels",
                        new ChannelList(
                                hub,
                                negotiation,
                                subscribe,
                                new OverviewPage(pages, hub, statistics, OverviewPage.View.CHANNELS)))
                .on(Method.POST, "/channels", batch)
                .on(Method.DELETE, "/channels", channels::deleteMatching)
                .on(Method.GET, "/channels/**", subscribe)
                .on(Method.HEAD, "/channels/**", channels::head)
                .on(Method.POST, "/channels/**", publish)
                .on(Method.PUT, "/channels/**", publish)
                .on(Method.DELETE, "/channels/**", channels::delete)
                .on(Method.PUT, "/leases/**", leases::renew)
                .on(Method.DELETE, "/leases/**", leases::release)
                .on(Method.GET, "/session", sessions)
                .on(Method.POST, "/session/**", sessions::post)
                .on(Method.GET, "/search", search)
                .on(Method.GET, "/search/**", search)
                .on(Method.GET, "/presence/**", new PresenceList(presence, answers))
                .onUnfiltered(Method.GET, "/livez", probes::live)
                .onUnfiltered(Method.GET, "/readyz", probes::ready);
        doctor.addTo(router).onUnfiltered(Method.GET, "/doctor/", new ScriptPage(pages, "doctor"));
        if (isClustered()) router.on(Method.GET, "/nodes", new ScriptPage(pages, "nodes").forOperators());
        ScriptPage traces = new ScriptPage(pages, "traces");
        operator.addTo(
                router,
                new ScriptPage(pages, "connections").forOperators(operator.connections()),
                traces.forOperators(operator.traces()),
                traces.forOperators(operator.trace()),
                access,
                Listener.Role.PUBLIC);
        if (!hasAdminListener()) router.on(Method.GET, "/metrics", metrics);
        if (configuration != null) addConfiguration(router, configuration);
        access.open(router, hub, inFlight);
        boolean hasKeys =
                router.mappings().stream().anyMatch(each -> each.path().equals("/login"));
        if (access.hasLogins()) router.onUnfiltered(Method.GET, "/login", new ScriptPage(pages, "login"));
        pages.tell(hub::metrics, nowNs, access);
        router.otherwise(pages::refuse);
        router.onUnfiltered(Method.GET, "/openapi", new ScriptPage(pages, "api"));
        List<TransportSpec> specs = transports.stream().map(Transport::spec).toList();
        router.onUnfiltered(
                Method.GET,
                "/openapi.json",
                new OpenApi(parameters, specs, hasKeys, configuration != null, isReloadedHere()));
        return router;
    }

    private boolean isClustered() {
        return !hub.peers().self().isEmpty();
    }

    private void addConfiguration(Router router, RunningConfiguration running) {
        router.on(Method.GET, "/settings", new ScriptPage(pages, "settings").forOperators(new SettingsRoute(running)));
        if (isReloadedHere()) router.on(Method.POST, "/reload", reload(running, Listener.Role.PUBLIC));
    }

    private boolean isReloadedHere() {
        return configuration != null && configuration.isReloadable() && !hasAdminListener();
    }

    private Route reload(RunningConfiguration running, Listener.Role role) {
        String signal = "Send its process SIGHUP";
        return KeylessRoute.guard(access, role, signal, new ReloadRoute(hub, running));
    }

    /// The routes of a listener.
    ///
    /// @param hub the routes of public listeners
    Route of(Listener.Role role, Route hub, OperatorRoutes operator) {
        return switch (role) {
            case PUBLIC -> hub;
            case ADMIN -> adminRoutes(operator);
        };
    }

    private Router adminRoutes(OperatorRoutes operator) {
        Router router = adminRoutes(access, probes, metrics, operator);
        if (configuration != null && configuration.isReloadable()) {
            router.on(Method.POST, "/reload", reload(configuration, Listener.Role.ADMIN));
        }
        return router;
    }

    private boolean hasAdminListener() {
        return settings.listeners().stream().anyMatch(each -> each.role() == Listener.Role.ADMIN);
    }

    static Router adminRoutes(AccessFilter access, Probes probes, Route metrics, OperatorRoutes operator) {
        return operator.addTo(new Router(access), access, Listener.Role.ADMIN)
                .on(Method.GET, "/metrics", metrics)
                .onUnfiltered(Method.GET, "/livez", probes::live)
                .onUnfiltered(Method.GET, "/readyz", probes::ready);
    }

    /// Wraps the routes of public listeners in the limits of each client and of each event loop.
    Route limited(Route routes, List<ScheduledExecutorService> eventLoops) {
        RequestLimits limits = new RequestLimits(
                routes, this::refuse, settings.limits(), settings.security().proxies(), eventLoops, nowNs);
        reader.observe(limits);
        requestLimits = limits;
        return limits;
    }

    /// Replaces the limits of each client.
    void replace(LimitSettings limits) {
        publishLimits.replace(limits);
        connectionLimits.replace(limits);
        shares.replace(limits);
        if (requestLimits != null) requestLimits.replace(limits);
    }

    /// Refuses new streams once a drain has begun.
    DrainGate drain() {
        return drain;
    }

    /// Makes the readiness probe fail from now on.
    void stop() {
        probes.stop();
    }

    /// Whether the readiness probe succeeds.
    boolean isReady() {
        return probes.isReady();
    }

    /// Counts the server's responses.
    ResponseListener answers() {
        return problems;
    }

    MetricsSnapshot reading() {
        return reader.read();
    }

    /// Adds these connections to the metrics.
    void observe(Connections connections, Listeners listeners) {
        reader.observe(connections, listeners);
    }

    /// The limits of connections from one address.
    AddressAdmission connectionLimits() {
        return connectionLimits;
    }

    /// Renders refusals as pages for people.
    ProblemPage refusals() {
        return pages.areServed() ? new ErrorPage(pages) : ProblemPage.NONE;
    }

    /// Answers connections beyond the limit.
    Route full() {
        return exchange -> refuse(exchange, FULL);
    }

    /// Refuses a request before it is routed: subscribers in their transport's format, so that an EventSource
    /// reconnects later instead of failing for good.
    private void refuse(Exchange exchange, Problem problem) {
        RequestHead request = exchange.request();
        boolean subscribes = request.method().equals(Method.GET)
                && request.path().segments().getFirst().equals("channels");
        if (subscribes) subscribe.refuse(exchange, problem);
        else exchange.refuse(problem);
    }

    /// The limits of all connections together: those of HTTP/2 may carry as many requests at a time as there may
    /// be connections.
    HttpBudget httpBudget() {
        int headBytes =
                Budget.HEADS.count() / settings.loops() / settings.listeners().size();
        return new HttpBudget(http2Streams, full(), inFlight, UnsentBytes.of(settings.loops()), answers, headBytes);
    }

    /// The budget of answers that their clients have not read.
    InFlightBytes unread() {
        return answers;
    }

    /// Changes the maximum number of streams.
    void limitStreams(int max) {
        http2Streams.limit(max);
    }

    /// The transports, in the order in which they are preferred when a client accepts several equally.
    private List<Transport> transports(MessageLimits limits) {
        long answersBytes = settings.hub().answersBytes();
        // One answer takes at most a quarter of the budget, so that several fit in at a time.
        long answerBytesMax = Math.min(settings.answerBytesMax(), answersBytes / 4);
        return List.of(
                new SseTransport(loops, RANDOM, settings.subscribe().sseRetry()),
                new JsonLinesTransport(loops),
                new ChannelPage(pages, loops, answerBytesMax, answers),
                new PollTransport(loops, answerBytesMax, answers, RANDOM),
                new TextTransport(loops),
                new WebSocketTransport(loops, messages, limits));
    }

    /// Runs the timers of presence and of leases. Called on the executor, several times a second.
    void tick() {
        presence.tick();
        hub.leases().tick();
        access.tick();
    }

    @Override
    public void close() {
        search.close();
        presence.close();
        access.close();
    }
}
