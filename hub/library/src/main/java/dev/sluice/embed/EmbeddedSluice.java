package dev.sluice.embed;

import dev.sluice.Authorizer;
import dev.sluice.BatchItem;
import dev.sluice.BatchResult;
import dev.sluice.CannotStartException;
import dev.sluice.Channel;
import dev.sluice.Channels;
import dev.sluice.Handler;
import dev.sluice.Measurement;
import dev.sluice.Message;
import dev.sluice.Page;
import dev.sluice.Request;
import dev.sluice.Responder;
import dev.sluice.Routes;
import dev.sluice.Sluice;
import dev.sluice.SseStream;
import dev.sluice.Task;
import dev.sluice.WebSocket;
import dev.sluice.config.Configuration;
import dev.sluice.config.ListenTable;
import dev.sluice.config.SecurityTable;
import dev.sluice.config.StorageTable;
import dev.sluice.config.setting.InvalidConfigurationException;
import dev.sluice.config.setting.Setting;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Publication;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.embed.handler.AuthorizerFilter;
import dev.sluice.embed.reload.ConfigurationSource;
import dev.sluice.embed.reload.ConfigurationWatch;
import dev.sluice.embed.route.Paths;
import dev.sluice.server.Server;
import dev.sluice.server.ServerSettings;
import dev.sluice.server.http.AccessFilter;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.json.Json;
import dev.sluice.server.net.CannotListenException;
import dev.sluice.server.net.Dependencies;
import dev.sluice.server.net.Listener;
import dev.sluice.server.page.Link;
import dev.sluice.server.page.Pages;
import dev.sluice.server.stats.ServerClock;
import dev.sluice.storage.RocksLog;
import dev.sluice.storage.folder.CannotOpenException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A server in a program: its configuration until the start, then the parts that run.
public final class EmbeddedSluice implements Sluice {
    /// The server after the start, with its settings.
    private record Running(Server server, ServerSettings settings, Reloader reloader) {}

    private final Function<Configuration, Log> opener;
    private final ProgramOptions options;
    private final Paths paths = new Paths();
    private final Lifecycle lifecycle = new Lifecycle();
    private @Nullable Log log;
    private volatile @Nullable Running running;
    private @Nullable ConfigurationWatch watch;

    private EmbeddedSluice(Configuration given, Function<Configuration, Log> opener) {
        this.options = new ProgramOptions(given);
        this.options.onDrained = this::close;
        this.opener = opener;
    }

    /// Creates a server on a durable log, which the start opens.
    public static EmbeddedSluice in(Path folder) {
        return new EmbeddedSluice(Configuration.DEFAULT, settings -> {
            Dependencies.check();
            return settings.storage(
                            RocksLog.builder(folder).clock(ServerClock.system().wall()))
                    .open();
        });
    }

    /// Creates a server on a log in memory.
    public static EmbeddedSluice inMemory() {
        return new EmbeddedSluice(Configuration.DEFAULT, settings -> {
                    Dependencies.check();
                    return settings.memory(
                                    MemoryLog.builder(ServerClock.system().wall()))
                            .open();
                })
                .set(StorageTable.MEMORY, "inMemory", true);
    }

    /// Creates a server on a log that the caller opened. [#close] closes the log, also if the server was not started.
    ///
    /// @param access decides what the requests to the hub may do
    public static EmbeddedSluice on(Log log, Configuration settings, AccessFilter access) {
        EmbeddedSluice created = new EmbeddedSluice(settings, _ -> log);
        created.log = log;
        created.options.access = access;
        return created;
    }

    /// Returns the JSON of a problem without a type, whose title is the phrase of its status.
    public static byte[] problem(int status, String detail) {
        return new Problem(status, "about:blank", Status.phrase(status), detail, null, Map.of()).json();
    }

    // --- configuration

    @Override
    public EmbeddedSluice port(int port) {
        return set(ListenTable.PORT, "port", (long) port);
    }

    @Override
    public EmbeddedSluice host(String host) {
        return set(ListenTable.HOST, "host", host);
    }

    @Override
    public EmbeddedSluice origins(String... origins) {
        return set(SecurityTable.ORIGINS, "origins", List.of(origins));
    }

    @Override
    public EmbeddedSluice allowHosts(String... names) {
        return set(SecurityTable.ALLOW_HOSTS, "allowHosts", List.of(names));
    }

    @Override
    public EmbeddedSluice insecure() {
        return set(SecurityTable.INSECURE, "insecure", true);
    }

    @Override
    public EmbeddedSluice behindProxy() {
        return set(SecurityTable.BEHIND_PROXY, "behindProxy", true);
    }

    private <T> EmbeddedSluice set(Setting<T> setting, String method, T value) {
        return with(options -> options.set(setting, method, value));
    }

    @Override
    public EmbeddedSluice set(String key, String value) {
        return with(options -> options.set(key, value));
    }

    @Override
    public EmbeddedSluice rule(String match, Map<String, String> settings) {
        return with(options -> options.rule(match, settings));
    }

    @Override
    public EmbeddedSluice authorizer(Authorizer authorizer) {
        return with(options -> options.authorizer(new AuthorizerFilter(authorizer, paths.threads())));
    }

    @Override
    public EmbeddedSluice key(String kid, Map<String, ?> settings) {
        return with(options -> options.key(kid, settings));
    }

    @Override
    public EmbeddedSluice grant(String to, Map<String, ?> settings) {
        return with(options -> options.grant(to, settings));
    }

    @Override
    public EmbeddedSluice own(String... patterns) {
        return with(options -> Stream.of(patterns).map(Pattern::of).forEach(options.owned::add));
    }

    @Override
    public EmbeddedSluice secretPaths(String beginning) {
        if (beginning.length() < 2 || !beginning.startsWith("/") || !beginning.endsWith("/"))
            throw new IllegalArgumentException("secretPaths takes the beginning of paths, as '/hooks/': " + beginning);
        return with(options -> options.secretPaths.add(beginning));
    }

    @Override
    public EmbeddedSluice listen(Map<String, ?> settings) {
        return with(options -> options.listen(settings));
    }

    @Override
    public EmbeddedSluice keepOpen(String... channels) {
        return with(options -> Stream.of(channels).map(Pattern::of).forEach(options.keptOpen::add));
    }

    @Override
    public EmbeddedSluice corsMaxAge(Duration time) {
        return with(options -> options.corsMaxAge = time);
    }

    @Override
    public EmbeddedSluice corsHeaders(String... names) {
        return with(options -> options.corsHeaders = String.join(", ", names));
    }

    @Override
    public EmbeddedSluice sendTimeout(Duration time) {
        return with(options -> options.sendTimeout = time);
    }

    @Override
    public LongSupplier reserveHeap() {
        with(options -> options.reservations.incrementAndGet());
        return () -> Budget.PROTOCOLS.limit() / options.reservations.get();
    }

    @Override
    public EmbeddedSluice withoutHubPaths() {
        return with(options -> options.servesHub = false);
    }

    @Override
    public EmbeddedSluice withoutShutdownHook() {
        return with(options -> options.closesAtShutdown = false);
    }

    @Override
    public EmbeddedSluice link(String path, Map<String, String> texts) {
        return with(options -> options.links.add(new Link(path, texts)));
    }

    @Override
    public EmbeddedSluice link(String path, String icon, Map<String, String> texts) {
        return link(path, icon, texts, "**", () -> 0);
    }

    @Override
    public EmbeddedSluice link(
            String path, String icon, Map<String, String> texts, String readers, IntSupplier alarms) {
        return with(options -> options.links.add(new Link(path, icon, texts, readers, alarms)));
    }

    @Override
    public EmbeddedSluice onClose(Task task) {
        return with(_ -> lifecycle.onClose(task));
    }

    @Override
    public EmbeddedSluice onFailure(Consumer<String> handler) {
        return with(options -> options.onFailure = handler);
    }

    /// Sets a listener that is called on its own thread when the hub was drained, instead of [#close].
    public EmbeddedSluice onDrained(Runnable listener) {
        return with(options -> options.onDrained = listener);
    }

    /// Reloads the configuration from this source when its files change, and when [#reload] or `POST /reload`
    /// requests it.
    public EmbeddedSluice reloadedFrom(ConfigurationSource source) {
        return with(options -> options.source = source);
    }

    private EmbeddedSluice with(Consumer<ProgramOptions> change) {
        beforeStart();
        change.accept(options);
        return this;
    }

    private void beforeStart() {
        if (running != null) throw new IllegalStateException("already started: configure before start()");
        if (lifecycle.isClosing()) throw new IllegalStateException("already closed: create another server");
    }

    // --- routes

    @Override
    public EmbeddedSluice get(String path, Responder responder) {
        return add(routes -> routes.get(path, responder));
    }

    @Override
    public EmbeddedSluice post(String path, Responder responder) {
        return add(routes -> routes.post(path, responder));
    }

    @Override
    public EmbeddedSluice put(String path, Responder responder) {
        return add(routes -> routes.put(path, responder));
    }

    @Override
    public EmbeddedSluice delete(String path, Responder responder) {
        return add(routes -> routes.delete(path, responder));
    }

    @Override
    public EmbeddedSluice sse(String path, Handler<SseStream> handler) {
        return add(routes -> routes.sse(path, handler));
    }

    @Override
    public EmbeddedSluice ws(String path, Handler<WebSocket> handler) {
        return add(routes -> routes.ws(path, handler));
    }

    @Override
    public EmbeddedSluice ws(String path, String subprotocol, Handler<WebSocket> handler) {
        return add(routes -> routes.ws(path, subprotocol, handler));
    }

    @Override
    public EmbeddedSluice files(String path, Path folder) {
        return add(routes -> routes.files(path, folder));
    }

    @Override
    public EmbeddedSluice resources(String path, Class<?> anchor, String folder) {
        return add(routes -> routes.resources(path, anchor, folder));
    }

    @Override
    public EmbeddedSluice page(String path, Page page) {
        return add(routes -> routes.page(path, page));
    }

    @Override
    public EmbeddedSluice page(String path, Supplier<Page> page) {
        return add(routes -> routes.page(path, page));
    }

    @Override
    public EmbeddedSluice page(String path, Page page, Predicate<? super Request> exists, Page missing) {
        return add(routes -> routes.page(path, page, exists, missing));
    }

    @Override
    public EmbeddedSluice notFound(Responder responder) {
        return add(routes -> routes.notFound(responder));
    }

    @Override
    public EmbeddedSluice mount(String prefix, Consumer<? super Routes> routes) {
        return add(all -> all.mount(prefix, routes));
    }

    @Override
    public EmbeddedSluice forAdmins(Consumer<? super Routes> routes) {
        return add(all -> all.forAdmins(routes));
    }

    @Override
    public EmbeddedSluice forCallers(Consumer<? super Routes> routes) {
        return add(all -> all.forCallers(routes));
    }

    @Override
    public EmbeddedSluice forReaders(String pattern, Consumer<? super Routes> routes) {
        return add(all -> all.forReaders(pattern, routes));
    }

    private EmbeddedSluice add(Consumer<Routes> registration) {
        return with(_ -> registration.accept(paths.root()));
    }

    // --- lifecycle and use

    @Override
    public EmbeddedSluice start() {
        beforeStart();
        try {
            running = startServer();
        } catch (InvalidConfigurationException | CannotOpenException | Dependencies.DependencyTooOldException refused) {
            throw cannotStart(String.valueOf(refused.getMessage()), refused);
        } catch (CannotListenException refused) {
            throw cannotStart(
                    refused.problem()
                            + " Choose another port(…) or host(…); a host other than loopback requires insecure().",
                    refused);
        }
        lifecycle.started();
        if (options.closesAtShutdown) lifecycle.addShutdownHook(this::close, started().settings);
        Thread.ofVirtual().name("sluice-warm-up").start(this::warmUp);
        return this;
    }

    /// Does initial work in the background for which the first requests would otherwise wait.
    private void warmUp() {
        Json.load();
        paths.pages().makeAll();
    }

    private CannotStartException cannotStart(String message, Exception cause) {
        close();
        return new CannotStartException(message, cause);
    }

    private Running startServer() throws InvalidConfigurationException {
        Configuration configuration = options.configuration();
        options.read(configuration);
        ServerSettings configured = configuration.server();
        Pages pages = pages();
        Log opened = opener.apply(configuration);
        log = opened;
        Reloader reloader =
                new Reloader(options, options.source, configuration, options.access, opened, ServerClock.system());
        ServerSettings settings = configured.toBuilder()
                .hub(configured.hub().with(reloader::overflow))
                .build();
        Running now = new Running(options.start(reloader, settings, opened, paths, pages), settings, reloader);
        watch(reloader);
        return now;
    }

    private void watch(Reloader reloader) {
        ConfigurationSource source = options.source;
        if (source == null) return;
        ConfigurationWatch created = new ConfigurationWatch(() -> source.files(reloader.inForce()), reloader::request);
        created.start();
        watch = created;
    }

    private Pages pages() {
        try {
            return options.pages(paths);
        } catch (IllegalArgumentException wrong) {
            throw cannotStart(String.valueOf(wrong.getMessage()), wrong);
        }
    }

    /// Reads the configuration again and puts it in force, like `POST /reload`. Blocks. Does nothing if the
    /// configuration is in code, or while another thread waits to do the same.
    public void reload() {
        started().reloader.request();
    }

    private Running started() {
        Running now = running;
        if (now == null) throw new IllegalStateException("not started: call start() first");
        return now;
    }

    @Override
    public URI uri() {
        return started().server.uri();
    }

    /// The address for probes; empty if `admin_port` is not set.
    public Optional<URI> adminUri() {
        return started().server.uris(Listener.Role.ADMIN).stream().findFirst();
    }

    @Override
    public int port() {
        return running == null ? options.port() : uri().getPort();
    }

    @Override
    public int connections() {
        return started().server.connections();
    }

    @Override
    public int running() {
        return paths.threads().running();
    }

    @Override
    public boolean isReady() {
        return started().server.isReady();
    }

    @Override
    public List<Measurement> measurements() {
        return Measurements.of(started().server.reading());
    }

    @Override
    public Channel channel(String name) {
        return local(name);
    }

    private LocalChannel local(String name) {
        Running now = started();
        return new LocalChannel(
                now.server.hub(),
                now.server.presence(),
                paths.threads(),
                name,
                now.settings.publish().eventBytesMax());
    }

    @Override
    public BatchResult publishAll(List<BatchItem> items) {
        List<Publication> publications = items.stream()
                .map(item -> switch (item) {
                    case BatchItem.Publish(String channel, Message message) ->
                        local(channel).publicationInBatch(message);
                    case BatchItem.End(String channel) -> local(channel).end();
                })
                .toList();
        return LocalChannel.publishAll(started().server.hub(), publications);
    }

    @Override
    public Channels channels(String... patterns) {
        return ChannelQuery.of(started().server.hub(), paths.threads(), patterns);
    }

    @Override
    public void await() throws InterruptedException {
        lifecycle.await();
    }

    @Override
    public void close() {
        if (!lifecycle.beginClose()) return;
        try {
            Running now = running;
            if (watch != null) watch.close();
            if (now != null) {
                now.server.close();
                now.reloader.close();
                paths.threads().close(now.settings.stopTime());
            }
            if (log != null) log.close();
        } finally {
            lifecycle.ended(); // Otherwise the JVM would never end.
        }
    }
}
