package dev.sluice.client;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to subscribe to, from where on, and how: {@code SubscribeRequest.to("chat/7").over(Transport.SSE).last(10)}.
 * Immutable; each method gives a changed copy. Begins with what is to come unless told otherwise.
 */
public final class SubscribeRequest {
    /** As many as a hub takes in one selection. */
    private static final int NAMES_MAX = 64;

    private static final String AFTER = "after";
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);
    private static final Duration LONG_POLL_WAIT = Duration.ofSeconds(30);
    private static final Duration POLL_PAUSE = Duration.ofSeconds(5);

    /** Where a first connection begins, as a parameter says it. */
    private record Start(String parameter, String value) {
        static final Start LATEST = new Start(AFTER, "latest");
    }

    private final List<String> names;
    private final Transport transport;
    private final Start start;
    private final boolean isRaw;
    private final Duration heartbeat;
    private final Duration wait;
    private final Duration every;
    private final Map<String, String> parameters;

    private SubscribeRequest(
            List<String> names,
            Transport transport,
            Start start,
            boolean isRaw,
            Duration heartbeat,
            Duration wait,
            Duration every,
            Map<String, String> parameters) {
        this.names = names;
        this.transport = transport;
        this.start = start;
        this.isRaw = isRaw;
        this.heartbeat = heartbeat;
        this.wait = wait;
        this.every = every;
        this.parameters = parameters;
    }

    /**
     * All events of a selection.
     *
     * @param names channels, or patterns: {@code *} is one segment, a final {@code **} one or more; 1 to 64
     * @throws IllegalArgumentException if there are none, too many, or one that can't be a name
     */
    public static SubscribeRequest to(String... names) {
        return to(List.of(names));
    }

    /** As {@link #to(String...)}. */
    public static SubscribeRequest to(List<String> names) {
        if (names.isEmpty() || names.size() > NAMES_MAX) {
            throw new IllegalArgumentException("A selection has 1 to 64 channels or patterns, not " + names.size());
        }
        names.forEach(HubAddress::checkName);
        return new SubscribeRequest(
                List.copyOf(names),
                Transport.SSE,
                Start.LATEST,
                false,
                HEARTBEAT,
                LONG_POLL_WAIT,
                POLL_PAUSE,
                Map.of());
    }

    /** {@link Transport#SSE} unless told otherwise. */
    public SubscribeRequest over(Transport transport) {
        return new SubscribeRequest(names, transport, start, isRaw, heartbeat, wait, every, parameters);
    }

    /** Begins behind this cursor, from whatever transport it came, or behind the event of this id. */
    public SubscribeRequest after(String cursor) {
        return startingAt(new Start(AFTER, cursor));
    }

    /** Begins with the oldest event that is kept. */
    public SubscribeRequest fromEarliest() {
        return startingAt(new Start(AFTER, "earliest"));
    }

    /** Begins with what is to come. */
    public SubscribeRequest fromLatest() {
        return startingAt(Start.LATEST);
    }

    /** Begins with the first event that is no older than this; in whole seconds. */
    public SubscribeRequest since(Duration age) {
        return startingAt(new Start("since", age.toSeconds() + "s"));
    }

    /** Begins with the first event of this time or later. */
    public SubscribeRequest since(Instant time) {
        return startingAt(new Start("since", time.toString()));
    }

    /** Begins with the newest so many events of the whole selection. */
    public SubscribeRequest last(int count) {
        return startingAt(new Start("last", Integer.toString(count)));
    }

    /** Begins with the newest event of each key, then goes on live. */
    public SubscribeRequest snapshot() {
        return startingAt(new Start("snapshot", "true"));
    }

    private SubscribeRequest startingAt(Start place) {
        return new SubscribeRequest(names, transport, place, isRaw, heartbeat, wait, every, parameters);
    }

    /** Only events of these types. */
    public SubscribeRequest types(String... types) {
        return with("type", String.join(",", types));
    }

    /** While behind, skips events whose key has a newer one. */
    public SubscribeRequest conflate() {
        return with("conflate", "true");
    }

    /** While behind, neighbouring text events that are alike come joined. */
    public SubscribeRequest coalesce() {
        return with("coalesce", "true");
    }

    /** A gap is a refusal (410) instead of a {@link Message.Gap}. */
    public SubscribeRequest failOnGap() {
        return with("gap", "fail");
    }

    /**
     * Asks for the data alone: {@link Raw} instead of {@link Event}, over {@link Transport#SSE} and
     * {@link Transport#WEBSOCKET}. Text is always so; other transports know whole events only.
     */
    public SubscribeRequest raw() {
        return new SubscribeRequest(names, transport, start, true, heartbeat, wait, every, parameters);
    }

    /** Polls: at most so many events an answer. */
    public SubscribeRequest limit(int events) {
        return with("limit", Integer.toString(events));
    }

    /** How often a silent stream shows that it lives, 5 to 120 s; {@code 15 s} unless told otherwise. */
    public SubscribeRequest heartbeat(Duration interval) {
        return new SubscribeRequest(names, transport, start, isRaw, interval, wait, every, parameters)
                .with("heartbeat", Long.toString(interval.toSeconds()));
    }

    /** Long polls: how long the hub may hold an answer back, 1 to 60 s; 30 s unless told otherwise. */
    public SubscribeRequest longPollWait(Duration wait) {
        return new SubscribeRequest(names, transport, start, isRaw, heartbeat, wait, every, parameters);
    }

    /** Polls: the pause after an answer that left nothing over; 5 s unless told otherwise. */
    public SubscribeRequest pollEvery(Duration pause) {
        return new SubscribeRequest(names, transport, start, isRaw, heartbeat, wait, pause, parameters);
    }

    private SubscribeRequest with(String name, String value) {
        var changed = new LinkedHashMap<>(parameters);
        changed.put(name, value);
        return new SubscribeRequest(
                names, transport, start, isRaw, heartbeat, wait, every, Collections.unmodifiableMap(changed));
    }

    List<String> names() {
        return names;
    }

    Transport transport() {
        return transport;
    }

    boolean isRaw() {
        return isRaw;
    }

    boolean isAtLatest() {
        return start.equals(Start.LATEST);
    }

    Duration heartbeat() {
        return heartbeat;
    }

    /** How long after a page the next is asked for; where the hub itself waits, at once. */
    Duration pause() {
        return transport == Transport.POLL ? every : Duration.ZERO;
    }

    Duration longPollWait() {
        return transport == Transport.LONG_POLL ? wait : Duration.ZERO;
    }

    /** @param cursor to go on from; null for a first connection */
    URI address(HubAddress hub, @Nullable String cursor) {
        var all = new LinkedHashMap<String, String>();
        // SSE repeats its address, as a browser does, and says in a header where it goes on.
        if (cursor == null || transport == Transport.SSE) all.put(start.parameter(), start.value());
        else all.put(AFTER, cursor);
        all.putAll(parameters);
        switch (transport) {
            case SSE -> {
                all.put("envelope", isRaw ? "raw" : "json");
                all.put("errors", "status"); // A refusal is told by its status; no browser has to survive it here.
            }
            case WEBSOCKET -> all.put("envelope", isRaw ? "raw" : "json");
            case LONG_POLL -> all.put("wait", Long.toString(wait.toSeconds()));
            case NDJSON, TEXT, POLL -> {}
        }
        boolean isPoll = transport == Transport.POLL || transport == Transport.LONG_POLL;
        all.remove(isPoll ? "heartbeat" : "limit");
        return names.size() == 1 ? hub.channel(names.get(0), all) : hub.channels(names, all);
    }

    @Override
    public String toString() {
        return transport + " of " + String.join(", ", names);
    }
}
