package dev.sluice.demos.stage;

import dev.sluice.Message;
import dev.sluice.Request;
import dev.sluice.Sluice;
import dev.sluice.demos.Use;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// The stage of one visitor: a program on a small separate hub, so that simulated faults affect nobody else.
/// Besides the program's channel, the channel `numbers` counts up from 1, ten times a second: a reader that
/// misses a number has lost an event. The log is in a folder that survives a restart and is removed by
/// [#close].
final class Stage implements Upstream, AutoCloseable {
    static final String NUMBERS = "numbers";

    private static final System.Logger LOG = System.getLogger(Stage.class.getName());

    /// Much lower than the defaults, because a stage shares the heap with the user's hub.
    private static final Map<String, String> LIMITS = Map.ofEntries(
            Map.entry("event_loops", "1"),
            Map.entry("connections_max", "64"),
            Map.entry("limits.clients_max", "64"),
            Map.entry("limits.caller_share", "100"), // The visitor is the only caller.
            Map.entry(
                    "limits.loop_delay_max",
                    "10m"), // A busy machine is not one of the faults that the visitor asked for.
            Map.entry("subscribe.subscriptions_max", "128"),
            Map.entry("subscribe.patterns_max", "256"),
            Map.entry("subscribe.presence_members_max", "64"),
            Map.entry("publish.event_max", "64KiB"),
            Map.entry("publish.in_flight_max", "1MiB"),
            Map.entry("delivery.answers_max", "1MiB"),
            Map.entry("storage.tail_max", "1MiB"),
            Map.entry("storage.channels_max", "100"),
            Map.entry("storage.keys_max", "1000"));

    private static final Duration NUMBERS_PERIOD = Duration.ofMillis(100);
    private static final int CONNECT_TIME_MS = 5_000;
    private static final int SLOW_BYTES_PER_SECOND = 8 * 1024;

    /// A small buffer, so that a slow reader soon slows down the hub and not only the operating system.
    private static final int RECEIVED_BYTES = 8 * 1024;

    private final Supplier<Use> use;
    private final Path folder;
    private final WireLog wire = new WireLog();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Thread counter;
    private Sluice hub;
    private long number;
    private volatile long cutUntilNs = System.nanoTime();
    private volatile boolean isSlow;

    /// @param use creates the program, also after each restart
    Stage(Supplier<Use> use) throws IOException {
        this.use = use;
        folder = Files.createTempDirectory("sluice-stage");
        try {
            hub = start();
        } catch (RuntimeException failed) {
            remove(folder);
            throw failed;
        }
        counter = Thread.ofVirtual().name("sluice stage numbers").start(this::count);
    }

    private Sluice start() {
        Use program = use.get();
        Sluice started = Sluice.in(folder).port(0).withoutShutdownHook();
        LIMITS.forEach(started::set);
        started.rule(program.channel(), program.retention())
                .rule(NUMBERS, Map.of("retention.max_events", "10000"))
                .rule("**", Map.of("retention.max_events", "1000", "retention.max_bytes", "1MiB"))
                .keepOpen("**");
        started.mount("/demos/" + program.name(), routes -> program.onStage(started, routes));
        return started.start();
    }

    private void count() {
        try {
            while (true) {
                Thread.sleep(NUMBERS_PERIOD);
                publishNumber();
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } catch (IllegalStateException stopped) { // Its log has failed, or the hub could not be started again.
            LOG.log(Level.DEBUG, "a stage has stopped counting", stopped);
        }
    }

    private synchronized void publishNumber() {
        if (hub.channel(NUMBERS).publish(Message.json(number + 1)).isStored()) number++;
    }

    @Override
    public String path(String below) {
        return below;
    }

    /// Returns the name that the page's client gives. Without a name, a WebSocket belongs to the hand-written
    /// reader, and a plain request to the demo.
    @Override
    public String connection(Request page) {
        boolean isSocket = page.header("Upgrade").isPresent();
        return page.query("client").orElse(isSocket ? "hand" : "demo");
    }

    @Override
    public WireLog wire() {
        return wire;
    }

    synchronized int connections() {
        return hub.connections();
    }

    @Override
    public synchronized int port() {
        return hub.port();
    }

    /// Connects to the stage's hub. Fails while all connections are cut.
    @Override
    public Socket connect() throws IOException {
        if (isCut()) throw new IOException("the connection is cut");
        var socket = new Socket();
        socket.setReceiveBufferSize(RECEIVED_BYTES);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port()), CONNECT_TIME_MS);
        sockets.add(socket);
        if (isCut()) disconnect(socket);
        return socket;
    }

    @Override
    public void disconnect(Socket socket) throws IOException {
        sockets.remove(socket);
        socket.close();
    }

    private boolean isCut() {
        return System.nanoTime() - cutUntilNs < 0;
    }

    /// Cuts all connections, and refuses new ones for the given time.
    void cut(Duration time) throws IOException {
        cutUntilNs = System.nanoTime() + time.toNanos();
        for (Socket socket : sockets) disconnect(socket);
    }

    /// Makes the page read slowly, or at full speed again.
    void slow(boolean is) {
        isSlow = is;
    }

    /// Waits for as long as a slow reader would need.
    @Override
    public void pace(int bytes) throws InterruptedException {
        if (isSlow) Thread.sleep(bytes * 1_000L / SLOW_BYTES_PER_SECOND);
    }

    /// Stops the hub and starts it again, with a new program on the same log.
    synchronized void restart() {
        hub.close();
        hub = start();
    }

    @Override
    public void close() {
        counter.interrupt();
        synchronized (this) {
            hub.close();
        }
        remove(folder);
    }

    private static void remove(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
