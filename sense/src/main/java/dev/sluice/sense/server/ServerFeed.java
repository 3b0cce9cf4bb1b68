package dev.sluice.sense.server;

import dev.sluice.sense.agent.Agent;
import dev.sluice.sense.json.SenseJson;
import dev.sluice.sense.live.HubReader;
import dev.sluice.sense.live.HubReader.HubEvent;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// Reads the samples of agents from the hub into the book, and looks several times a second which servers have become
/// silent. A sample counts if its publisher is the server that it is of, or if the hub does not know who publishes.
public final class ServerFeed implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ServerFeed.class.getName());

    /// Samples of the time in which Sense did not run.
    private static final Duration AGE = Duration.ofMinutes(15);

    private static final Duration LOOK = Duration.ofMillis(200);
    private static final int SAVE_EVERY = 50;
    private static final int TEXT_MAX = 64 << 10;

    /// The senders of samples that do not count which are named in the log, each once.
    private static final int NAMED_MAX = 100;

    private final HubReader hub;
    private final ServerBook book;
    private final Consumer<String> discovered;
    private final Consumer<String> turned;
    private final Set<String> named = ConcurrentHashMap.newKeySet();
    private final AtomicLong ignored = new AtomicLong();
    private final Thread thread = Thread.ofVirtual().name("sense servers").unstarted(this::loop);

    /// @param discovered receives the name of a server that reports for the first time
    /// @param turned     receives the name of a server that has become silent, or is heard again
    public ServerFeed(HubReader hub, ServerBook book, Consumer<String> discovered, Consumer<String> turned) {
        this.hub = hub;
        this.book = book;
        this.discovered = discovered;
        this.turned = turned;
    }

    public void start() {
        hub.follow(Agent.CHANNELS + "*", Agent.TYPE, AGE, this::take, book::connected);
        thread.start();
    }

    void take(HubEvent event) {
        String name = event.channel().substring(Agent.CHANNELS.length());
        if (event.publisher().isPresent() && !event.publisher().get().equals(name)) {
            ignore(name, "its publisher is '" + event.publisher().get() + "'");
            return;
        }
        try {
            if (event.text().length() > TEXT_MAX) throw new IllegalArgumentException("it is too long");
            var sample = ServerSample.read(SenseJson.object(event.text()));
            if (!book.take(name, sample, event.time())) return;
            discovered.accept(name);
            turned.accept(name); // Its checks wait for it.
        } catch (IllegalArgumentException invalid) {
            ignore(name, String.valueOf(invalid.getMessage()));
        }
    }

    private void ignore(String name, String reason) {
        ignored.incrementAndGet();
        if (named.size() < NAMED_MAX && named.add(name))
            LOG.log(Level.WARNING, "a sample is ignored server=" + name + " reason=" + reason);
    }

    /// Returns how many samples did not count.
    public long ignored() {
        return ignored.get();
    }

    private void loop() {
        try {
            for (int i = 1; true; i++) {
                step(i % SAVE_EVERY == 0);
                Thread.sleep(LOOK);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void step(boolean isSaving) {
        try {
            book.turned().forEach(turned);
            if (isSaving) book.save();
        } catch (RuntimeException failure) { // The next look may succeed, and must come.
            LOG.log(Level.ERROR, "Sense could not look after its servers", failure);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        hub.close();
        step(true);
    }
}
