package dev.sluice.sense.mirror;

import dev.sluice.Event;
import dev.sluice.Sluice;
import dev.sluice.Subscription;
import dev.sluice.client.ClientBuilder;
import dev.sluice.client.Publication;
import dev.sluice.client.RefusedException;
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
import org.jspecify.annotations.Nullable;

/// Publishes at the other hub what Sense publishes here, in order. An alert goes alone, with its id here as idempotency
/// key, so that a kill before its place was saved repeats it only if Sense comes back after more than five minutes.
final class MirrorWriter implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(MirrorWriter.class.getName());
    private static final String PLACE = "outward"; // Its name in databases.

    /// Events read and not sent; the others wait in the channels.
    private static final int QUEUE_MAX = 1_000;

    private static final int GROUP_MAX = 500;

    /// Samples are gathered for so long, because each place that is saved is a write to the disk.
    private static final long GATHER_MS = 200;

    private static final Duration CLOSING_MAX = Duration.ofSeconds(5);

    private final Sluice hub;
    private final HubSender sender;
    private final Definitions places;
    private final BlockingQueue<Event> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
    private final Thread thread = Thread.ofVirtual().name("sense mirror writer").unstarted(this::loop);
    private volatile @Nullable Subscription subscription;

    MirrorWriter(Sluice hub, ClientBuilder client, Definitions places) {
        this.hub = hub;
        this.sender = new HubSender(client);
        this.places = places;
    }

    void start() {
        var channels = hub.channels("sense/*", Agent.CHANNELS + "*");
        String place = places.all().get(PLACE);
        subscription = (place == null ? channels.earliest() : channels.after(place))
                .onGap(gap -> LOG.log(Level.WARNING, "events of Sense are gone before the hub had them"))
                .subscribe(this::add);
        thread.start();
    }

    private void add(Event event) throws InterruptedException {
        if (!event.type().equals(Agent.TYPE)) queue.put(event); // Samples of agents come from there.
    }

    private void loop() {
        try {
            while (true) {
                List<Event> group = new ArrayList<>();
                group.add(queue.take());
                queue.drainTo(group, GROUP_MAX - 1);
                pass(group);
                places.put(PLACE, group.getLast().id());
                if (queue.isEmpty()) Thread.sleep(GATHER_MS);
            }
        } catch (InterruptedException | CancellationException closed) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException failure) {
            LOG.log(Level.ERROR, "events of Sense are no longer passed on", failure);
        }
    }

    private void pass(List<Event> group) throws InterruptedException {
        List<Publication> plain = new ArrayList<>();
        for (Event event : group) {
            boolean isPlain = !event.channel().equals(LiveFeed.ALERTS) && !event.isRemoved();
            if (isPlain) {
                plain.add(copy(event));
                continue;
            }
            sendAll(plain);
            plain.clear();
            send(event);
        }
        sendAll(plain);
    }

    private void send(Event event) throws InterruptedException {
        Publication copy = copy(event).idempotencyKey("sense-" + event.id());
        do {
            try {
                sender.send(copy);
                if (event.channel().equals(LiveFeed.ALERTS)) places.put(PLACE, event.id());
                return;
            } catch (RefusedException refused) {
                if (!HubSender.pauseAfter(refused)) return;
            }
        } while (true);
    }

    private void sendAll(List<Publication> plain) throws InterruptedException {
        while (!plain.isEmpty()) {
            try {
                sender.send(plain);
                return;
            } catch (RefusedException refused) {
                if (!HubSender.pauseAfter(refused)) return;
            }
        }
    }

    private static Publication copy(Event event) {
        Publication copy = event.isRemoved() && event.key().isPresent()
                ? Publication.removal(event.channel(), event.key().get())
                : Publication.json(event.channel(), event.text());
        copy = copy.type(event.type());
        return event.isRemoved() || event.key().isEmpty()
                ? copy
                : copy.key(event.key().get());
    }

    @Override
    public void close() {
        Subscription reading = subscription;
        if (reading != null) reading.close();
        thread.interrupt();
        sender.close();
        try {
            thread.join(CLOSING_MAX); // It may be saving its place, before the database is closed.
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
