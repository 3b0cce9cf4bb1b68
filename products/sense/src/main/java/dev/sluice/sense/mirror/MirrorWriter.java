package dev.sluice.sense.mirror;

import dev.sluice.Event;
import dev.sluice.Sluice;
import dev.sluice.Subscription;
import dev.sluice.client.ClientBuilder;
import dev.sluice.client.Publication;
import dev.sluice.sense.agent.Agent;
import dev.sluice.sense.link.HubSender;
import dev.sluice.sense.live.LiveFeed;
import dev.sluice.sense.store.Definitions;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Publishes at the other hub what Sense publishes here, in order. An alert is sent alone with its local id
/// as the idempotency key. If Sense is killed before its position was saved, the alert is repeated only if
/// Sense is restarted after more than five minutes.
final class MirrorWriter implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(MirrorWriter.class.getName());
    private static final String PLACE = "outward"; // The name of the position in the database.

    /// The maximum number of events that were read and not sent; further ones wait in the channels.
    private static final int QUEUE_MAX = 1_000;

    private static final int GROUP_MAX = 500;

    /// Samples are collected for this long, because each saved position is a write to the disk.
    private static final long GATHER_MS = 200;

    /// The pause before a failed step is repeated.
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static final Duration CLOSING_MAX = Duration.ofSeconds(5);

    private final Sluice hub;
    private final HubSender sender;
    private final Definitions places;
    private final LinkWatch watch;
    private final BlockingQueue<Event> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
    private final Thread thread = Thread.ofVirtual().name("sense mirror writer").unstarted(this::loop);
    private final AtomicLong refused = new AtomicLong();
    private volatile @Nullable Subscription subscription;

    // Used by the thread only.
    private final List<Event> waiting = new ArrayList<>();
    private @Nullable String sent; // The position after the sent events; null if it is saved.
    private boolean isFailing;

    MirrorWriter(Sluice hub, ClientBuilder client, Definitions places, LinkWatch watch) {
        this.hub = hub;
        this.sender = new HubSender(client, watch::failed);
        this.places = places;
        this.watch = watch;
    }

    void start() {
        var channels = hub.channels("sense/*", Agent.CHANNELS + "*");
        String place = places.all().get(PLACE);
        subscription = (place == null ? channels.earliest() : channels.after(place))
                .onGap(gap -> LOG.log(Level.WARNING, "events of Sense were removed before the hub received them"))
                .subscribe(this::add);
        thread.start();
    }

    private void add(Event event) throws InterruptedException {
        if (!event.type().equals(Agent.TYPE)) queue.put(event); // Samples of agents are published at the other hub.
    }

    private void loop() {
        try {
            while (true) {
                try {
                    step();
                    isFailing = false;
                } catch (CancellationException closed) {
                    return;
                } catch (RuntimeException failure) { // Such as a full disk; the step is repeated.
                    watch.failed("events of Sense are not forwarded: " + failure.getMessage());
                    if (!isFailing) LOG.log(Level.ERROR, "events of Sense can't be forwarded and wait", failure);
                    isFailing = true;
                    Thread.sleep(PAUSE);
                }
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    /// Forwards the next events. Nothing is sent until the position of the sent events is saved: otherwise a
    /// kill would repeat more than one group.
    private void step() throws InterruptedException {
        save();
        if (waiting.isEmpty()) gather();
        List<Event> group = nextGroup();
        if (isPlain(group.getFirst())) {
            refused.addAndGet(
                    sender.deliver(group.stream().map(MirrorWriter::copy).toList()));
        } else {
            Event alone = group.getFirst();
            refused.addAndGet(sender.deliver(copy(alone).idempotencyKey("sense-" + alone.id())));
        }
        waiting.subList(0, group.size()).clear();
        sent = group.getLast().id();
        save();
    }

    private void gather() throws InterruptedException {
        waiting.add(queue.take());
        if (queue.isEmpty()) Thread.sleep(GATHER_MS);
        queue.drainTo(waiting, GROUP_MAX - 1);
    }

    /// Returns the first waiting event and, if it is a plain one, the plain ones that follow it.
    private List<Event> nextGroup() {
        List<Event> plain = waiting.stream().takeWhile(MirrorWriter::isPlain).toList();
        return plain.isEmpty() ? List.of(waiting.getFirst()) : plain;
    }

    private static boolean isPlain(Event event) {
        return !event.channel().equals(LiveFeed.ALERTS) && !event.isRemoved();
    }

    private void save() {
        if (sent == null) return;
        places.put(PLACE, sent);
        sent = null;
    }

    private static Publication copy(Event event) {
        Publication copy = event.isRemoved() && event.key().isPresent()
                ? Publication.removal(event.channel(), event.key().get())
                : Publication.bytes(event.channel(), event.bytes(), event.contentType());
        copy = copy.type(event.type());
        return event.isRemoved() || event.key().isEmpty()
                ? copy
                : copy.key(event.key().get());
    }

    /// Returns the number of events that the other hub will never accept.
    long refused() {
        return refused.get();
    }

    @Override
    public void close() {
        Subscription reading = subscription;
        if (reading != null) reading.close();
        thread.interrupt();
        sender.close();
        try {
            thread.join(CLOSING_MAX); // It may be saving its position, which must end before the database is closed.
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
