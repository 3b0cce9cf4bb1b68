package dev.sluice.server;

import dev.sluice.core.delivery.Dispatcher;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.log.Log;
import dev.sluice.server.http.Cors;
import dev.sluice.server.http.Gate;
import dev.sluice.server.http.HttpInitializer;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.Routes;
import dev.sluice.server.page.Link;
import dev.sluice.server.transport.Loops;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

/// A hub that listens: a log, its delivery, and the sockets. Started once, closed once; may be used from any thread.
public final class Server implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Server.class.getName());

    private final ServerSettings settings;
    private final EventLoops loops;
    private final Connections connections;
    private final Hub hub;
    private final Rooms rooms;
    private final AtomicBoolean isReady;
    private final AtomicBoolean isClosed = new AtomicBoolean();
    private final Channel listener;
    private final Consumer<String> onFailure;
    private final Thread maintenance =
            Thread.ofVirtual().name("sluice-maintenance").unstarted(this::maintain);
    private boolean isFailureTold; // Of the thread above.

    private Server(
            ServerSettings settings,
            EventLoops loops,
            Connections connections,
            Hub hub,
            Rooms rooms,
            AtomicBoolean isReady,
            Channel listener,
            Consumer<String> onFailure) {
        this.settings = settings;
        this.loops = loops;
        this.connections = connections;
        this.hub = hub;
        this.rooms = rooms;
        this.isReady = isReady;
        this.listener = listener;
        this.onFailure = onFailure;
    }

    /// Starts to serve a log. The log stays its owner's to close, after the server.
    ///
    /// @throws CannotListen if the address is taken, not allowed, or not this machine's
    public static Server start(ServerSettings settings, Log log, Clock clock) {
        return start(settings, log, clock, Cors.HUB, List.of(), routes -> routes, failure -> {});
    }

    /// Starts to serve a log, and what a program has besides.
    ///
    /// @param cors      what pages of other origins may do
    /// @param links     what the hub's page names besides
    /// @param program   puts its own routes before those of the hub
    /// @param onFailure called once, on a thread of its own, with why the log takes nothing more ([Log#failure])
    public static Server start(
            ServerSettings settings,
            Log log,
            Clock clock,
            Cors cors,
            List<Link> links,
            Function<Routes, Route> program,
            Consumer<String> onFailure) {
        InetAddress address = address(settings);
        EventLoops loops = new EventLoops(settings.loops());
        try {
            Hub hub = new Hub(log, settings.hub(), loops.forReaders(), clock.elapsedMs());
            Loops dispatchers = channel -> hub.dispatchers().get(loops.indexOf(channel));
            AtomicBoolean isReady = new AtomicBoolean(true);
            Rooms rooms =
                    new Rooms(settings, hub, dispatchers, clock, loops.all().getFirst(), isReady::get);
            Gate gate = new Gate(settings.security(), cors);
            Connections connections = new Connections(
                    settings.connectionsMax(),
                    new HttpInitializer(settings.http(), gate, program.apply(rooms.routes(links)), clock.wall()),
                    HttpInitializer.forOne(settings.http(), gate, rooms.full(), clock.wall()),
                    Descriptors.ofProcess().sockets(log.descriptorsMax()));
            Channel listener = listen(settings, address, loops, connections);
            Server server = new Server(settings, loops, connections, hub, rooms, isReady, listener, onFailure);
            server.beginTicking();
            return server;
        } catch (RuntimeException failed) {
            loops.close();
            throw failed;
        }
    }

    private static InetAddress address(ServerSettings settings) {
        InetAddress address;
        try {
            address = InetAddress.getByName(settings.host());
        } catch (UnknownHostException unknown) {
            throw new CannotListen(
                    "The host '" + settings.host() + "' is not known.", "Use an address of this machine.", unknown);
        }
        if (!address.isLoopbackAddress() && !settings.security().insecure()) {
            throw new CannotListen(
                    "Without keys the hub listens on loopback only, and '" + settings.host() + "' is not loopback.",
                    "Use 127.0.0.1, or --insecure to let everybody read and publish.",
                    null);
        }
        return address;
    }

    private static Channel listen(
            ServerSettings settings, InetAddress address, EventLoops loops, Connections connections) {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops.acceptor(), loops.group())
                .channel(loops.serverChannel())
                .childHandler(connections)
                .handler(connections.accepted());
        SocketOptions.set(bootstrap, loops.isEpoll(), settings.hub().stall());
        try {
            return bootstrap
                    .bind(new InetSocketAddress(address, settings.port()))
                    .syncUninterruptibly()
                    .channel();
        } catch (Exception refused) {
            if (refused instanceof IOException) {
                throw new CannotListen(
                        "Can't listen on " + settings.host() + ":" + settings.port() + " (" + refused.getMessage()
                                + ").",
                        "Stop what uses it, or choose another with --port.",
                        refused);
            }
            throw refused;
        }
    }

    private void beginTicking() {
        long everyMs = settings.tick().toMillis();
        List<Dispatcher> dispatchers = hub.dispatchers();
        for (int i = 0; i < dispatchers.size(); i++) {
            EventLoop loop = loops.all().get(i);
            Dispatcher dispatcher = dispatchers.get(i);
            loop.scheduleAtFixedRate(() -> tick(dispatcher::tick), everyMs, everyMs, TimeUnit.MILLISECONDS);
        }
        loops.all().getFirst().scheduleAtFixedRate(() -> tick(rooms::tick), everyMs, everyMs, TimeUnit.MILLISECONDS);
        maintenance.start();
    }

    /// A task that throws is never run again: one broken timer would end all heartbeats.
    private static void tick(Runnable timers) {
        try {
            timers.run();
        } catch (RuntimeException | Error failed) {
            LOG.log(System.Logger.Level.ERROR, "a timer failed; the others go on", failed);
        }
    }

    private void maintain() {
        try {
            while (!listener.closeFuture().await(1, TimeUnit.SECONDS)) {
                try {
                    hub.log().maintain();
                    hub.maintain();
                    tellFailure();
                } catch (RuntimeException | Error failed) {
                    LOG.log(System.Logger.Level.ERROR, "maintenance failed; it is tried again in a second", failed);
                }
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /// Reports once that the log has failed, to the operator and to the program.
    private void tellFailure() {
        String failure = hub.log().failure();
        if (failure == null || isFailureTold) return;
        isFailureTold = true;
        LOG.log(System.Logger.Level.ERROR, "the log has failed: " + failure);
        Thread.ofPlatform().name("sluice-failure").start(() -> onFailure.accept(failure)); // It may close this server.
    }

    /// Where it listens.
    public URI uri() {
        InetSocketAddress address = (InetSocketAddress) listener.localAddress();
        String host = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
        return URI.create("http://" + host + ":" + address.getPort());
    }

    public Hub hub() {
        return hub;
    }

    /// How many connections there are.
    public int connections() {
        return connections.size();
    }

    /// Takes no more connections, ends all streams and answers all polls that wait, gives clients a moment to
    /// take their last bytes, and stops. Blocks. The second time it does nothing.
    @Override
    public void close() {
        if (isClosed.getAndSet(true)) return;
        isReady.set(false);
        listener.close().awaitUninterruptibly();
        try {
            maintenance.join();
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt(); // It ends by itself now that nobody listens.
        }
        connections.stop(); // First: the answers to polls that wait say that they are the last.
        for (Dispatcher dispatcher : hub.dispatchers()) dispatcher.execute(dispatcher::stop);
        connections.close(settings.stopTime());
        rooms.close();
        hub.close();
        loops.close();
    }
}
