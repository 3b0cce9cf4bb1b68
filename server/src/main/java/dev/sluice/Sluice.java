package dev.sluice;

import dev.sluice.core.log.Log;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.server.CannotListen;
import dev.sluice.server.Clock;
import dev.sluice.server.Server;
import dev.sluice.server.ServerSettings;
import dev.sluice.server.embed.Inside;
import dev.sluice.server.embed.Paths;
import dev.sluice.server.embed.Selected;
import dev.sluice.server.http.Cors;
import dev.sluice.server.json.Json;
import dev.sluice.server.page.Link;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A server in your program: your own paths, and in one with them a hub.
///
/// {@snippet class="dev.sluice.library.Examples" region="sse"}
///
/// First it is told what it is to be, then started, later closed: each once. From the start on it may be
/// used from any thread. It listens on loopback alone, and takes pages of its own origin alone, unless told
/// otherwise.
public final class Sluice implements Routes, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Sluice.class.getName());

    private final Log log;
    private final Paths paths = new Paths();
    private final AtomicBoolean isClosing = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<Link> links = new ArrayList<>();
    private final List<Task> closers = new ArrayList<>();
    private ServerSettings settings = ServerSettings.DEFAULTS;
    private Duration corsMaxAge = Cors.MAX_AGE;
    private String corsHeaders = Cors.HEADERS;
    private Duration sendTimeout = Duration.ofSeconds(30);
    private boolean servesHub = true;
    private boolean closesAtShutdown = true;
    private @Nullable Thread shutdownHook;
    private Consumer<String> onFailure = why -> {};
    private volatile @Nullable Server server;

    private Sluice(Log log) {
        this.log = log;
    }

    /// On a log of your own: it is this server's from now on, and closed with it.
    public static Sluice on(Log log) {
        return new Sluice(log);
    }

    /// On a log in memory with the usual limits; what was published is gone when it is closed.
    public static Sluice inMemory() {
        return on(MemoryLog.builder(Clock.system().wall()).open());
    }

    // --- what it is to be

    /// The port to listen on; 0: a free one. Default: 8420.
    public Sluice port(int port) {
        return settings(settings.at(settings.host(), port));
    }

    /// The address to listen on. Default: 127.0.0.1. Others than loopback need [#insecure].
    public Sluice host(String host) {
        return settings(settings.at(host, settings.port()));
    }

    /// Which pages may use this server besides its own: origins as `https://shop.example`, or `*` for all.
    /// Others get 403, on WebSockets too; preflights are answered.
    public Sluice origins(String... origins) {
        return settings(settings.with(settings.security().forPagesOf(Set.of(origins))));
    }

    /// Names under which this server is reached besides `localhost`, as `hub.example`, or `*` for all: others get
    /// 403, so that no page can reach into it by a name of its own.
    public Sluice hosts(String... names) {
        return settings(settings.with(settings.security().under(Set.of(names))));
    }

    /// Lets everybody in who reaches it, under its addresses, this machine's own name and those of [#hosts]: for
    /// networks that you trust, or behind something that guards it.
    public Sluice insecure() {
        return settings(settings.with(settings.security().openToAll()));
    }

    /// Answers what a proxy passes on, which a server with a hub refuses unless it is [#insecure]: everybody who
    /// reaches
    /// the proxy may then read, publish and delete, as far as the proxy lets them.
    public Sluice behindProxy() {
        return settings(settings.with(settings.security().openToProxies()));
    }

    /// How long a browser may keep the answer to its preflight. Default: two hours.
    public Sluice corsMaxAge(Duration time) {
        beforeStart();
        corsMaxAge = time;
        return this;
    }

    /// Which headers pages of other origins may send; the default is what the hub reads, and `Content-Type`.
    public Sluice corsHeaders(String... names) {
        beforeStart();
        corsHeaders = String.join(", ", names);
        return this;
    }

    /// How long a sender waits for a client that does not read, before the connection is ended. Default: 30
    /// seconds.
    public Sluice sendTimeout(Duration time) {
        beforeStart();
        sendTimeout = time;
        return this;
    }

    /// Serves nothing of the hub: no `/channels`, pages or probes. It is there for the program alone, and what
    /// a proxy passes on is not refused.
    public Sluice withoutHubPaths() {
        beforeStart();
        servesHub = false;
        return this;
    }

    /// Leaves the end to the program. Without this, a JVM that ends (SIGTERM, Ctrl-C, `System.exit`) closes the server
    /// first, so that clients get a proper close and the log ends cleanly.
    public Sluice withoutShutdownHook() {
        beforeStart();
        closesAtShutdown = false;
        return this;
    }

    /// Names a page of the program on the hub's own page.
    ///
    /// @param texts what to call it there, by language, as `Map.of("en", "Prices", "zh", "价格")`; English is
    ///              needed, and stands in for other languages of the page
    public Sluice link(String path, Map<String, String> texts) {
        beforeStart();
        links.add(new Link(path, texts));
        return this;
    }

    /// Does something first of all when this is closed: the hub still takes what is published, and its
    /// readers get it.
    public Sluice onClose(Task task) {
        beforeStart();
        closers.add(task);
        return this;
    }

    /// Called once, on a thread of its own, when the log has failed and takes nothing more until it is opened
    /// anew: its disk is broken, or its folder was taken away. From then on publishes and `/readyz` are answered
    /// 503; the reason is logged at ERROR. The program decides whether to go on, as reading may, or to close this
    /// and end.
    ///
    /// @param what is given the reason, in a sentence
    public Sluice onFailure(Consumer<String> what) {
        beforeStart();
        onFailure = what;
        return this;
    }

    /// All settings and limits at once; what was said before of host, port, origins and names is forgotten.
    public Sluice settings(ServerSettings all) {
        beforeStart();
        settings = all;
        return this;
    }

    // --- what is where

    @Override
    public Sluice get(String path, Responder responder) {
        return add(routes -> routes.get(path, responder));
    }

    @Override
    public Sluice post(String path, Responder responder) {
        return add(routes -> routes.post(path, responder));
    }

    @Override
    public Sluice put(String path, Responder responder) {
        return add(routes -> routes.put(path, responder));
    }

    @Override
    public Sluice delete(String path, Responder responder) {
        return add(routes -> routes.delete(path, responder));
    }

    @Override
    public Sluice sse(String path, Handler<SseStream> handler) {
        return add(routes -> routes.sse(path, handler));
    }

    @Override
    public Sluice ws(String path, Handler<WebSocket> handler) {
        return add(routes -> routes.ws(path, handler));
    }

    @Override
    public Sluice files(String path, Path folder) {
        return add(routes -> routes.files(path, folder));
    }

    @Override
    public Sluice resources(String path, Class<?> beside, String folder) {
        return add(routes -> routes.resources(path, beside, folder));
    }

    @Override
    public Sluice notFound(Responder responder) {
        return add(routes -> routes.notFound(responder));
    }

    @Override
    public Sluice mount(String prefix, Consumer<? super Routes> routes) {
        return add(all -> all.mount(prefix, routes));
    }

    private Sluice add(Consumer<Routes> what) {
        beforeStart();
        what.accept(paths.root());
        return this;
    }

    private void beforeStart() {
        if (server != null) throw new IllegalStateException("it has been started already: say this before start()");
    }

    // --- running

    /// Starts to listen. A program whose `main` ends goes on until this is closed.
    ///
    /// @throws CannotListen if the address is taken, not allowed, or not this machine's; then it is closed
    public Sluice start() {
        beforeStart();
        try {
            server = Server.start(
                    servesHub ? settings : settings.with(settings.security().openToProxies()),
                    log,
                    Clock.system(),
                    Cors.ofProgram(corsHeaders, corsMaxAge),
                    links,
                    hub -> paths.before(hub, settings, sendTimeout, servesHub),
                    onFailure);
        } catch (CannotListen refused) {
            close();
            throw refused.advising("Choose another port(…), or host(…); others than loopback need insecure().");
        }
        Thread.ofPlatform().daemon(false).name("sluice").start(this::stayUntilClosed);
        if (closesAtShutdown) addShutdownHook();
        Thread.startVirtualThread(Json::load); // Beside the start, which does not wait for it.
        return this;
    }

    private void addShutdownHook() {
        Thread hook = Thread.ofPlatform().name("sluice-shutdown").unstarted(this::close);
        try {
            Runtime.getRuntime().addShutdownHook(hook);
            shutdownHook = hook;
        } catch (IllegalStateException ending) {
            close(); // The JVM ends already.
        }
    }

    /// A server that is closed must not be kept in memory until the JVM ends.
    private void removeShutdownHook() {
        Thread hook = shutdownHook;
        if (hook == null || hook.equals(Thread.currentThread())) return;
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            LOG.log(Level.DEBUG, "the JVM ends, and its hooks run", ending);
        }
    }

    /// Everything else runs on threads that don't keep a program alive.
    private void stayUntilClosed() {
        try {
            closed.await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private Server server() {
        Server running = server;
        if (running == null) throw new IllegalStateException("it has not been started: call start() first");
        return running;
    }

    /// Where it listens.
    public URI uri() {
        return server().uri();
    }

    /// The port that it listens on; before the start, the one that it was told.
    public int port() {
        return server == null ? settings.port() : uri().getPort();
    }

    /// How many connections there are.
    public int connections() {
        return server().connections();
    }

    /// How many threads run code of the program now: handlers, callbacks, subscriptions.
    public int running() {
        return paths.threads().running();
    }

    /// A channel of the hub.
    ///
    /// {@snippet class="dev.sluice.library.Examples" region="publish"}
    ///
    /// @throws IllegalArgumentException if this is no name, or one of the server's own (`docs/protocol.md`
    /// §1)
    public Channel channel(String name) {
        return new Inside(
                server().hub(), paths.threads(), name, settings.publish().eventBytesMax());
    }

    /// Several channels of the hub to follow: names, or patterns as `news/*` and `news/**`.
    ///
    /// {@snippet class="dev.sluice.library.Examples" region="subscribe"}
    public Channels channels(String... patterns) {
        return Selected.of(server().hub(), paths.threads(), patterns);
    }

    /// Waits until it is closed.
    public void await() throws InterruptedException {
        closed.await();
    }

    /// Takes no more connections, ends all of them, interrupts all handlers and waits for them, each for
    /// five seconds at most unless set otherwise; then closes the log. May be called again.
    @Override
    public void close() {
        if (isClosing.getAndSet(true)) return;
        closers.forEach(Sluice::attempt);
        Server running = server;
        if (running != null) running.close();
        paths.threads().close(settings.stopTime());
        log.close();
        removeShutdownHook();
        closed.countDown();
    }

    /// One that fails keeps nothing else from being closed.
    private static void attempt(Task closer) {
        try {
            closer.run();
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        } catch (Exception failed) {
            LOG.log(Level.ERROR, "what was to be done at the end failed", failed);
        }
    }
}
