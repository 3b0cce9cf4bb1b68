package dev.sluice.sense.server;

import dev.sluice.Event;
import dev.sluice.Sluice;
import dev.sluice.Subscription;
import dev.sluice.sense.agent.Agent;
import dev.sluice.sense.json.SenseJson;
import dev.sluice.sense.text.LogField;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads the samples of agents from the hub into the registry, and checks several times a second which
/// servers have become silent. A sample counts if its publisher is the server itself, or if the hub does not
/// know the publisher.
public final class ServerFeed implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ServerFeed.class.getName());

    /// How far back samples are read at the start, to cover the time when Sense was not running.
    private static final Duration AGE = Duration.ofMinutes(15);

    private static final Duration LOOK = Duration.ofMillis(200);
    private static final int SAVE_EVERY = 50;
    private static final int TEXT_MAX = 64 << 10;

    /// The maximum number of senders of ignored samples that are logged, each once.
    private static final int NAMED_MAX = 100;

    private static final String NO_ROOM = "there are " + ServerRegistry.SERVERS_MAX + " servers, which is the most";

    /// A refused server reports again within this time; if it does not, the refusal is no longer shown.
    private static final Duration REFUSAL_SHOWN = Duration.ofMinutes(1);

    private record Refusal(String server, Instant at) {}

    private final Sluice hub;
    private final InstantSource clock;
    private final ServerRegistry book;
    private final Discoveries discoveries;
    private final Consumer<String> turned;
    private final Consumer<String> restarted;
    private final Runnable forgotten;
    private final Set<String> named = ConcurrentHashMap.newKeySet();
    private final AtomicLong ignored = new AtomicLong();
    private volatile @Nullable Subscription subscription;
    private volatile @Nullable Refusal refused;
    private final Thread thread = Thread.ofVirtual().name("sense servers").unstarted(this::loop);

    /// @param watch      creates the checks of a server that reports for the first time; returns why it could
    ///                   not
    /// @param turned     receives the name of a server that has become silent or reports again
    /// @param restarted  receives the name of a server whose restart must be confirmed by its presence check,
    ///                   several times a second
    /// @param forgotten  called after servers were forgotten
    public ServerFeed(
            Sluice hub,
            ServerRegistry book,
            Function<String, Optional<String>> watch,
            Consumer<String> turned,
            Consumer<String> restarted,
            Runnable forgotten,
            InstantSource clock) {
        this.hub = hub;
        this.clock = clock;
        this.book = book;
        this.discoveries = new Discoveries(watch);
        this.turned = turned;
        this.restarted = restarted;
        this.forgotten = forgotten;
    }

    public void start() {
        subscription = hub.channels(Agent.CHANNELS + "*")
                .since(clock.instant().minus(AGE))
                .types(Agent.TYPE)
                .onGap(_ -> {}) // Retention has removed those samples for all readers.
                .subscribe(this::take);
        thread.start();
    }

    private void take(Event event) {
        try {
            take(event.channel(), event.from().orElse(""), event.time(), event.text());
        } catch (RuntimeException failure) { // An exception would end the subscription.
            LOG.log(Level.ERROR, "a sample could not be taken channel=" + LogField.quoted(event.channel()), failure);
        }
    }

    /// Applies a sample.
    ///
    /// @param publisher empty if the hub does not know the publisher
    /// @param time      when the hub received the sample
    void take(String channel, String publisher, Instant time, String text) {
        String name = channel.substring(Agent.CHANNELS.length());
        if (!isTrusted(name, publisher)) {
            ignore(name, "its publisher is '" + publisher + "'");
            return;
        }
        try {
            if (text.length() > TEXT_MAX) throw new IllegalArgumentException("it is too long");
            switch (book.take(name, ServerSample.read(SenseJson.object(text)), time)) {
                case KNOWN -> {}
                case NEW -> {
                    if (discoveries.discovered(name)) book.watched(name);
                    turned.accept(name); // The checks of the server wait for it.
                }
                case NO_ROOM -> {
                    refused = new Refusal(name, clock.instant());
                    ignore(name, NO_ROOM);
                }
            }
        } catch (IllegalArgumentException invalid) {
            ignore(name, String.valueOf(invalid.getMessage()));
        }
    }

    /// Returns true if samples of a server from this publisher count.
    ///
    /// @param publisher empty if the hub does not know the publisher
    public static boolean isTrusted(String server, String publisher) {
        return publisher.isEmpty() || publisher.equals(server);
    }

    private void ignore(String name, String reason) {
        ignored.incrementAndGet();
        if (named.size() < NAMED_MAX && named.add(name))
            LOG.log(
                    Level.WARNING,
                    "a sample is ignored server=" + LogField.quoted(name) + " reason=" + LogField.quoted(reason));
    }

    /// Returns a short reason why a server is not watched; empty if all reporting servers are.
    public String problem() {
        Refusal last = refused;
        if (last == null || last.at.plus(REFUSAL_SHOWN).isBefore(clock.instant())) return discoveries.problem();
        return NO_ROOM + ": '" + last.server + "' is not watched";
    }

    /// Returns the number of ignored samples.
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

    void step(boolean isSaving) {
        try {
            book.turned().forEach(turned);
            book.restarted().forEach(restarted);
            if (!isSaving) return;
            for (String watched : discoveries.retry()) {
                book.watched(watched);
                turned.accept(watched);
            }
            if (book.save()) forgotten.run();
        } catch (RuntimeException failure) { // The loop must continue, because the next attempt may succeed.
            LOG.log(Level.ERROR, "Sense could not update its servers", failure);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        Subscription reading = subscription;
        if (reading != null) reading.close();
        step(true);
    }
}
