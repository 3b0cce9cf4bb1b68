package dev.sluice.sense.mirror;

import dev.sluice.PublishResult;
import dev.sluice.Sluice;
import dev.sluice.client.ClientBuilder;
import dev.sluice.client.Event;
import dev.sluice.client.Message;
import dev.sluice.client.SluiceClient;
import dev.sluice.client.SluiceException;
import dev.sluice.client.Status;
import dev.sluice.client.SubscribeRequest;
import dev.sluice.client.Subscription;
import dev.sluice.sense.agent.Agent;
import dev.sluice.sense.json.SenseJson;
import dev.sluice.sense.link.HubSender;
import dev.sluice.sense.live.LiveFeed;
import dev.sluice.sense.server.ServerFeed;
import dev.sluice.sense.store.DatabaseException;
import dev.sluice.sense.store.Definitions;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Publishes here what agents publish at the other hub. That hub has already checked the publishers.
final class MirrorReader implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(MirrorReader.class.getName());
    private static final String PLACE = "inward"; // The name of the position in the database.

    /// Without a stored position, reading starts this far back, like the history that Sense reads at its
    /// start.
    private static final Duration AGE = Duration.ofMinutes(15);

    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);

    /// The position is saved at this interval. Events that are read again after a kill are recognized as
    /// repeated.
    private static final long SAVE_NS = Duration.ofSeconds(1).toNanos();

    private final Sluice hub;
    private final SluiceClient client;
    private final Definitions places;
    private final LinkWatch watch;
    private final Thread thread = Thread.ofVirtual().name("sense mirror reader").unstarted(this::loop);
    private volatile @Nullable String place;
    private volatile boolean isClosed;
    private long savedNs;
    private boolean isFailing;

    MirrorReader(Sluice hub, ClientBuilder client, Definitions places, LinkWatch watch) {
        this.hub = hub;
        this.client = HubSender.patient(client).build();
        this.places = places;
        this.watch = watch;
        place = places.all().get(PLACE);
    }

    void start() {
        thread.start();
    }

    private void loop() {
        try {
            while (true) {
                try (Subscription events = client.subscribe(request(), this::note)) {
                    for (Message message : events) take(message);
                    watch.failed("the channels of samples have ended");
                } catch (SluiceException refused) {
                    watch.failed(String.valueOf(refused.getMessage()));
                    LOG.log(Level.WARNING, "the hub does not let Sense read samples: " + refused.getMessage());
                } catch (RuntimeException failure) {
                    if (isClosed) return;
                    watch.failed(String.valueOf(failure.getMessage()));
                    LOG.log(Level.ERROR, "samples of the hub could not be read", failure);
                }
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private SubscribeRequest request() {
        // The state of Sense itself comes back as a sign of life.
        var request = SubscribeRequest.to(Agent.CHANNELS + "*", LiveFeed.SELF)
                .types(Agent.TYPE, "self")
                .heartbeat(HEARTBEAT);
        String after = place;
        return after == null ? request.since(AGE) : request.after(after);
    }

    private void note(Status status) {
        if (status instanceof Status.Lost lost) watch.failed(lost.reason());
    }

    private void take(Message message) throws InterruptedException {
        watch.alive();
        switch (message) {
            case Event event -> {
                if (!event.channel().equals(LiveFeed.SELF)) pass(event);
                place = event.cursor();
            }
            case Message.Gap gap -> place = gap.resume();
            default -> {}
        }
        if (System.nanoTime() - savedNs > SAVE_NS) save();
    }

    private void pass(Event event) throws InterruptedException {
        String server = event.channel().substring(Agent.CHANNELS.length());
        if (!ServerFeed.isTrusted(server, event.from().orElse(""))) return;
        Map<String, Object> sample;
        try {
            sample = SenseJson.object(event.text());
        } catch (IllegalArgumentException invalid) {
            return; // Not a sample.
        }
        var copy = dev.sluice.Message.json(sample).type(event.type()).once(event.id());
        while (true) {
            PublishResult result = hub.channel(event.channel()).publish(copy);
            if (!(result instanceof PublishResult.Full)) return; // Stored, or never acceptable.
            Thread.sleep(PAUSE);
        }
    }

    /// Saves the position. Reading continues if the database fails: a later position is saved a second later.
    private void save() {
        savedNs = System.nanoTime();
        String now = place;
        try {
            if (now != null) places.put(PLACE, now);
            isFailing = false;
        } catch (DatabaseException failure) {
            if (!isFailing) LOG.log(Level.ERROR, "the place in the samples of the hub can't be saved", failure);
            isFailing = true;
        }
    }

    @Override
    public void close() {
        isClosed = true;
        thread.interrupt();
        client.close();
        try {
            thread.join(PAUSE); // It may be saving its position, which must end before the database is closed.
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        save();
    }
}
