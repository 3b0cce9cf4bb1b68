package dev.sluice.pusher;

import dev.sluice.BatchItem;
import dev.sluice.Channels;
import dev.sluice.Event;
import dev.sluice.EventPage;
import dev.sluice.Message;
import dev.sluice.PublishResult;
import dev.sluice.Sluice;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Sends an app's webhooks in order, one request at a time. They wait in a channel of the hub, so that they
/// outlive the node. Beside it is a channel whose newest event is the sender's state: up to where they are
/// sent, and which node is sending until when. A node whose time is over, because it was killed, is followed
/// by another.
final class Webhooks implements AutoCloseable {
    static final String CHANNELS = "$program/pusher-webhooks/";

    /// A client can cause many: the oldest are dropped.
    static final Map<String, String> RETENTION =
            Map.of("retention.max_age", "1d", "retention.max_events", "10000", "retention.max_bytes", "16MiB");

    private static final System.Logger LOG = System.getLogger(Webhooks.class.getName());

    private static final int EVENTS_MAX = 100;
    private static final Duration WAIT = Duration.ofSeconds(30);
    private static final Duration REQUEST = Duration.ofSeconds(10);

    /// For how long a request is repeated, as by the public service.
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(10);

    /// Longer than the longest pause and an attempt together.
    private static final Duration LEASE = Duration.ofSeconds(30);

    private final PusherApp app;
    private final Sluice hub;
    private final InstantSource clock;
    private final Duration lease;
    private final String waiting;
    private final String node = UUID.randomUUID().toString();
    private final AtomicBoolean isFailing = new AtomicBoolean();
    private volatile @Nullable Thread sender;
    private @Nullable String awaited; // The id of the last state whose end this node has waited for.

    Webhooks(PusherApp app, Sluice hub, InstantSource clock) {
        this(app, hub, clock, LEASE);
    }

    /// @param lease the time after which a sender that was killed is followed by another
    Webhooks(PusherApp app, Sluice hub, InstantSource clock, Duration lease) {
        this.app = app;
        this.hub = hub;
        this.clock = clock;
        this.lease = lease;
        this.waiting = CHANNELS + app.channels();
    }

    /// @param id     of the newest event of the state's channel; null if there is none
    /// @param cursor after what was sent; empty at the beginning
    private record State(@Nullable String id, String cursor, String node, long untilMs) {}

    void start() {
        if (app.webhook() != null)
            sender = Thread.ofVirtual()
                    .name("sluice pusher webhooks " + app.id())
                    .start(this::run);
    }

    /// Returns an event as an item that waits; for apps with a webhook.
    BatchItem item(Map<String, Object> event) {
        return new BatchItem.Publish(waiting, Message.json(event));
    }

    /// Adds an event; without a webhook, nothing happens.
    void add(Map<String, Object> event) {
        add(Message.json(event));
    }

    /// Adds an event that several nodes report, once.
    void addOnce(String key, Map<String, Object> event) {
        add(Message.json(event).once(key));
    }

    private void add(Message message) {
        if (app.webhook() == null) return;
        try {
            if (hub.channel(waiting).publish(message).isStored()) isFailing.set(false);
            else failed("is full");
        } catch (IllegalStateException unusable) {
            failed(String.valueOf(unusable.getMessage()));
        }
    }

    /// Logs the first of many: a client can cause them.
    private void failed(String reason) {
        if (!isFailing.getAndSet(true))
            LOG.log(Level.WARNING, "webhooks are lost app=" + app.id() + " reason=the log " + reason);
    }

    // --- the sender

    private void run() {
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(REQUEST).build()) {
            boolean isReported = false;
            while (true) {
                try {
                    sendNext(client);
                    isReported = false;
                } catch (IllegalStateException unreadable) {
                    LOG.log(Level.DEBUG, "webhooks wait for the log", unreadable);
                    Thread.sleep(PAUSE);
                } catch (RuntimeException failure) {
                    // The first of many is an error: it may be gone at the next attempt, or never.
                    LOG.log(isReported ? Level.DEBUG : Level.ERROR, "webhooks are not sent app=" + app.id(), failure);
                    isReported = true;
                    Thread.sleep(PAUSE);
                }
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void sendNext(HttpClient client) throws InterruptedException {
        State state = state();
        Channels rest = hub.channels(waiting);
        EventPage page = (state.cursor.isEmpty() ? rest.earliest() : rest.after(state.cursor)).read(EVENTS_MAX, WAIT);
        page.gap()
                .ifPresent(
                        gap -> LOG.log(Level.WARNING, "webhooks are lost app=" + app.id() + " reason=" + gap.reason()));
        if (page.events().isEmpty()) return;
        // The other's clock may be ahead, or this one was set back: a lease is the longest time in which a sender
        // that lives writes its state again.
        long othersMs = Math.min(state.untilMs - clock.millis(), lease.toMillis());
        if (othersMs > 0 && !state.node.equals(node) && !Objects.equals(state.id, awaited)) {
            awaited = state.id;
            Thread.sleep(othersMs);
            return;
        }
        String held = write(state.id, state.cursor, lease);
        if (held != null) held = deliver(client, page, held, state.cursor);
        if (held != null) write(held, page.cursor(), Duration.ZERO);
    }

    private State state() throws InterruptedException {
        for (Event each :
                hub.channels(stateChannel()).last(1).read(1, Duration.ZERO).events()) {
            JsonNode state = Frames.JSON.readTree(each.bytes());
            return new State(
                    each.id(),
                    String.valueOf(Frames.text(state, "cursor")),
                    String.valueOf(Frames.text(state, "node")),
                    state.get("until_ms").longValue());
        }
        return new State(null, "", "", 0);
    }

    private String stateChannel() {
        return waiting + "/state";
    }

    /// @param held the id of the state that this one follows; null for none
    /// @param time for how long this node is the sender
    /// @return the new state's id; null if another node was faster
    /// @throws IllegalStateException if the log does not store the state
    private @Nullable String write(@Nullable String held, String cursor, Duration time) {
        long untilMs = clock.millis() + time.toMillis();
        Message state = Message.json(Map.of("cursor", cursor, "node", node, "until_ms", untilMs));
        PublishResult result =
                hub.channel(stateChannel()).publish(held == null ? state.ifEmpty() : state.ifLatest(held));
        return switch (result) {
            case PublishResult.Stored(String id) -> id;
            case PublishResult.LatestDiffers _ -> null;
            default -> throw new IllegalStateException("the log does not store who sends: " + result);
        };
    }

    /// Sends a request until it is accepted or its time is over.
    ///
    /// @return the id of this node's newest state; null if another node has become the sender
    private @Nullable String deliver(HttpClient client, EventPage page, String first, String cursor)
            throws InterruptedException {
        HttpRequest request = request(page);
        long endNs = System.nanoTime() + PATIENCE.toNanos();
        Duration pause = PAUSE;
        String held = first;
        while (held != null) {
            String problem = attempt(client, request);
            if (problem == null) return held;
            if (System.nanoTime() + pause.toNanos() > endNs) {
                LOG.log(
                        Level.WARNING,
                        "webhooks are dropped app=" + app.id() + " events="
                                + page.events().size() + " reason=" + problem);
                return held;
            }
            Thread.sleep(pause);
            pause = pause.multipliedBy(2).compareTo(PAUSE_MAX) < 0 ? pause.multipliedBy(2) : PAUSE_MAX;
            held = write(held, cursor, lease);
        }
        return null;
    }

    private HttpRequest request(EventPage page) {
        String events = page.events().stream().map(Event::text).collect(Collectors.joining(","));
        byte[] body =
                ("{\"time_ms\":" + clock.millis() + ",\"events\":[" + events + "]}").getBytes(StandardCharsets.UTF_8);
        return HttpRequest.newBuilder(app.webhook())
                .timeout(REQUEST)
                .header("Content-Type", "application/json")
                .header("X-Pusher-Key", app.key())
                .header("X-Pusher-Signature", Signature.of(app.secret(), body))
                .POST(BodyPublishers.ofByteArray(body))
                .build();
    }

    /// @return null if it was accepted
    private static @Nullable String attempt(HttpClient client, HttpRequest request) throws InterruptedException {
        try {
            HttpResponse<InputStream> response = client.send(request, BodyHandlers.ofInputStream());
            response.body().close(); // Unread: it may have no end.
            int status = response.statusCode();
            return status / 100 == 2 ? null : "status-" + status;
        } catch (IOException failed) {
            return failed.getClass().getSimpleName();
        }
    }

    @Override
    public void close() {
        Thread running = sender;
        if (running != null) running.interrupt();
    }
}
