package dev.sluice;

import dev.sluice.embed.EmbeddedSluice;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// An embeddable HTTP server: your own routes and a Sluice hub on one port.
///
/// {@snippet class="dev.sluice.library.Examples" region="sse"}
///
/// Configure it, then call [#start] once and [#close] once. Configuration after [#start] throws
/// [IllegalStateException]. After [#start] it is safe for use by many threads. By default it listens on the loopback
/// interface only and accepts web pages of its own origin only.
public interface Sluice extends Routes, AutoCloseable {
    /// Creates a server that keeps its events in a folder, where they survive the end of the program. A
    /// publish is stored once it is synced to the disk, unless the setting `storage.sync` says otherwise.
    /// [#start] opens the folder, and creates it if it does not exist; one process at a time can use it.
    static Sluice in(Path folder) {
        return EmbeddedSluice.in(folder);
    }

    /// Creates a server that keeps its events in memory and loses them when it is closed.
    static Sluice inMemory() {
        return EmbeddedSluice.inMemory();
    }

    // --- configuration

    /// Sets the port to listen on. 0 chooses a free port. Default: 8420.
    Sluice port(int port);

    /// Sets the address to listen on. Default: 127.0.0.1. Any address other than loopback requires keys,
    /// grants or [#insecure].
    Sluice host(String host);

    /// Allows web pages of other origins, for example `https://shop.example`, `https://*.shop.example` for all
    /// subdomains of a domain, or `*` for all origins, then without cookies. Requests from
    /// any other origin get 403, WebSocket handshakes included. CORS preflight requests are answered.
    Sluice origins(String... origins);

    /// Allows host names besides `localhost`, for example `hub.example`, or `*` for all names. Requests with any
    /// other `Host` get 403, so that a web page cannot reach this server by DNS rebinding.
    Sluice allowHosts(String... names);

    /// Accepts requests from every client that can reach the server under its IP
    /// addresses, this machine's host name and the names of [#allowHosts]. Use it only in
    /// networks that you trust, or behind a component that authenticates clients.
    Sluice insecure();

    /// Accepts requests forwarded by a proxy. A server with hub paths refuses them unless it is [#insecure]. Every
    /// client of the proxy may then read, publish and delete, unless the proxy prevents it.
    Sluice behindProxy();

    /// Adds an address to listen on, like a `[[listen]]` of the configuration file, instead of [#host] and
    /// [#port]. With a certificate it serves HTTPS, over HTTP/1.1 and HTTP/2. Its files are read again when they
    /// change.
    ///
    /// {@snippet class="dev.sluice.library.Examples" region="listen"}
    ///
    /// @param settings values by key, for example `certificate_file`: texts, numbers, booleans and paths
    /// @throws IllegalArgumentException if there is no such setting, or a value is invalid or missing
    Sluice listen(Map<String, ?> settings);

    /// Adds a key that authenticates clients, like a `[[key]]` of the configuration file: a static key, the
    /// key of an issuer of tokens, or client certificates. With keys or grants, the hub permits only what
    /// these permit, and every address is allowed without [#insecure]. The program's own routes need no key.
    ///
    /// {@snippet class="dev.sluice.library.Examples" region="keys"}
    ///
    /// @param kid      the name of the key
    /// @param settings values by key, for example `secret_file`: texts, lists of texts, booleans and paths. Secrets
    ///                 are in files or environment variables, which [#start] reads
    /// @throws IllegalArgumentException if there is no such setting, or a value is invalid or missing
    /// @throws IllegalStateException    if there is an [#authorizer]
    Sluice key(String kid, Map<String, ?> settings);

    /// Permits, or with `deny` denies, something to some clients, like a `[[grant]]` of the configuration file.
    ///
    /// @param to       `anyone`, `authenticated`, `sub:NAME` or `role:NAME`
    /// @param settings values by key, for example `subscribe`, of the same types as for [#key]
    /// @throws IllegalArgumentException if there is no such setting, or a value is invalid or missing
    /// @throws IllegalStateException    if there is an [#authorizer]
    Sluice grant(String to, Map<String, ?> settings);

    /// Decides what clients may do with the hub's channels. Without it, and without keys and grants, every client
    /// may do everything. The program itself always may, through [#channel] and [#channels].
    ///
    /// {@snippet class="dev.sluice.library.Examples" region="readonly"}
    ///
    /// @throws IllegalStateException if there are keys or grants
    Sluice authorizer(Authorizer authorizer);

    /// Prevents clients from publishing to these channels, ending and deleting them, whatever else permits
    /// it. Only the program itself may.
    ///
    /// @param patterns names and patterns of channels, for example `sense/*`
    Sluice own(String... patterns);

    /// Keeps the rest of paths with this beginning out of all logs and names of threads, for addresses that
    /// are secrets themselves.
    ///
    /// @param beginning a path with a `/` at both ends: `/hooks/`
    /// @throws IllegalArgumentException if it does not begin and end with `/`
    Sluice secretPaths(String beginning);

    /// Sets any other setting by its key in `docs/configuration.md`, as `sluice serve --set KEY=VALUE` does:
    /// `set("publish.event_max", "64KiB")`. [#start] checks that all limits fit into the heap.
    ///
    /// @param value the value as in the configuration file, without quotation marks
    /// @throws IllegalArgumentException if there is no such setting, or the value is invalid
    Sluice set(String key, String value);

    /// Adds a rule for channels, like a `[[channel]]` of the configuration file: how long their events are kept, and
    /// how far their readers may lag behind. Of all rules only the first that matches a channel applies to it.
    ///
    /// {@snippet class="dev.sluice.library.Examples" region="settings"}
    ///
    /// @param match    a channel's name, or a pattern (`chat/**`)
    /// @param settings values by key, for example `retention.max_age`
    /// @throws IllegalArgumentException if there is no such setting, a value is invalid, or the rule is incomplete
    Sluice rule(String match, Map<String, String> settings);

    /// Prevents clients from ending or deleting these channels, whatever else permits it: a single client
    /// could silence a channel that the program feeds for all others. The program itself may, through
    /// [#channel].
    ///
    /// @param channels names and patterns (`demos/**`)
    Sluice keepOpen(String... channels);

    /// Sets for how long a browser may cache the answer to a CORS preflight request. Default: two hours.
    Sluice corsMaxAge(Duration time);

    /// Sets the request headers that pages of other origins may send.
    /// Default: the headers that the hub reads, and `Content-Type`.
    Sluice corsHeaders(String... names);

    /// Sets for how long `send` waits for a client that does not
    /// read before it closes the connection. Default: 30 seconds.
    Sluice sendTimeout(Duration time);

    /// Reserves heap for what the program keeps for the clients of a protocol that it adds, such as subscriptions
    /// and bodies that wait: the program counts it, and refuses more. All reservations have equal parts of 5/64
    /// of the heap, at most 512 MiB, which the hub's own limits leave. [#start] checks the sum.
    ///
    /// @return the bytes of this reservation, which are known after the start
    LongSupplier reserveHeap();

    /// Serves no hub paths: no `/channels`, pages or probes. Only the program itself can use the hub. Requests
    /// forwarded by a proxy are accepted.
    Sluice withoutHubPaths();

    /// Does not register a shutdown hook. By default a hook closes the server when the JVM ends (SIGTERM, Ctrl-C,
    /// `System.exit`), or waits for another thread that is closing it, so that connections and the log are closed
    /// properly.
    Sluice withoutShutdownHook();

    /// Adds a link to a page of the program to the side bar of all pages.
    ///
    /// @param texts the link's text by language, for example `Map.of("en", "Prices", "zh", "价格")`. English is
    ///              required; it is used for languages without a text.
    Sluice link(String path, Map<String, String> texts);

    /// Adds a link with its own icon.
    ///
    /// @param icon the lines of the icon in a square of 24 × 24, as the `d` of an SVG path: `"M3 12h4l3-7 4
    ///     14 3-7h4"`
    Sluice link(String path, String icon, Map<String, String> texts);

    /// Adds a link with the number of items that need attention on its page, shown beside the text unless it
    /// is 0.
    ///
    /// @param readers a pattern of channels; only visitors who may read them see the number
    /// @param alarms  called for each page that is sent, on an event loop: it must not block
    Sluice link(String path, String icon, Map<String, String> texts, String readers, IntSupplier alarms);

    /// Adds a task that [#close] runs first, while the hub still accepts events and delivers them to subscribers.
    Sluice onClose(Task task);

    /// Sets a handler that is called once, on its own thread, when the log has failed and cannot be written until it
    /// is reopened, for example because the disk is broken or its folder was removed. From then on publishing and
    /// `/readyz` are answered with 503; reading may still work. The reason is logged at ERROR. The program decides
    /// whether to continue or to close the server.
    ///
    /// @param handler receives the reason as a sentence
    Sluice onFailure(Consumer<String> handler);

    // --- routes

    @Override
    Sluice get(String path, Responder responder);

    @Override
    Sluice post(String path, Responder responder);

    @Override
    Sluice put(String path, Responder responder);

    @Override
    Sluice delete(String path, Responder responder);

    @Override
    Sluice sse(String path, Handler<SseStream> handler);

    @Override
    Sluice ws(String path, Handler<WebSocket> handler);

    @Override
    Sluice ws(String path, String subprotocol, Handler<WebSocket> handler);

    @Override
    Sluice files(String path, Path folder);

    @Override
    Sluice resources(String path, Class<?> anchor, String folder);

    @Override
    Sluice page(String path, Page page);

    @Override
    Sluice page(String path, Supplier<Page> page);

    @Override
    Sluice page(String path, Page page, Predicate<? super Request> exists, Page missing);

    @Override
    Sluice notFound(Responder responder);

    @Override
    Sluice mount(String prefix, Consumer<? super Routes> routes);

    @Override
    Sluice forAdmins(Consumer<? super Routes> routes);

    @Override
    Sluice forCallers(Consumer<? super Routes> routes);

    @Override
    Sluice forReaders(String pattern, Consumer<? super Routes> routes);

    // --- lifecycle and use

    /// Starts to listen. The JVM keeps running until the server is closed, also after `main` has returned.
    ///
    /// @throws CannotStartException if the address is in use, not allowed, or not one of this
    /// machine, or the folder cannot be opened; the server is then closed
    Sluice start();

    /// Returns the address at which the server listens.
    ///
    /// @throws IllegalStateException if the server has not been started
    URI uri();

    /// Returns the port on which the server listens; before the start, the configured port.
    int port();

    /// Returns the number of open connections.
    int connections();

    /// Returns the number of threads that currently run code of the program: handlers, callbacks and subscriptions.
    int running();

    /// Returns whether the hub is ready, as `/readyz` says: false once its log has failed, and from the
    /// beginning of a drain or of [#close].
    ///
    /// @throws IllegalStateException if the server has not been started
    boolean isReady();

    /// Returns the current metrics of the hub, for a program's own monitoring. It sums over all event loops,
    /// so do not call it more often than about once a second.
    ///
    /// @throws IllegalStateException if the server has not been started
    List<Measurement> measurements();

    /// Returns a channel of the hub. The channel need not have events yet.
    ///
    /// {@snippet class="dev.sluice.library.Examples" region="publish"}
    ///
    /// @throws IllegalArgumentException if the name is invalid or reserved for the server (`docs/protocol.md` §1)
    Channel channel(String name);

    /// Selects channels of the hub to subscribe to, by name or by pattern (`news/*`, `news/**`).
    ///
    /// {@snippet class="dev.sluice.library.Examples" region="subscribe"}
    Channels channels(String... patterns);

    /// Publishes to several channels at once: all of it is stored, or nothing. Each condition of a message
    /// ([Message#ifLatest], [Message#ifEmpty]) is checked as if the earlier items were stored. Blocks like
    /// [Channel#publish].
    ///
    /// @throws IllegalArgumentException if an item is invalid, as in [Channel#publish(Message)], or has a lease
    /// @throws LogUnavailableException if the log could not store the batch
    BatchResult publishAll(List<BatchItem> items);

    /// Waits until the server is closed.
    void await() throws InterruptedException;

    /// Stops listening, closes all connections, interrupts all handlers, and closes the log. Waits at most five
    /// seconds for the connections and again for the handlers, unless set otherwise. Further calls have no effect.
    @Override
    void close();
}
