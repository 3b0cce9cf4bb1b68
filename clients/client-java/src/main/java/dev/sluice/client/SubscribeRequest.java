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
 * The channels, the starting point and the transport of a subscription: {@code
 * SubscribeRequest.to("chat/7").over(Transport.SSE).last(10)}. By default it starts with new events, over {@link
 * Transport#SSE}. Immutable; each method returns a changed copy. Of the methods that set a starting point the last one
 * called counts.
 */
public final class SubscribeRequest {
    /** The limit of a hub for one selection. */
    private static final int NAMES_MAX = 64;

    private static final String AFTER = "after";
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);
    private static final Duration LONG_POLL_WAIT = Duration.ofSeconds(30);
    private static final Duration POLL_PAUSE = Duration.ofSeconds(5);

    /** The starting point of the first connection, as a query parameter. */
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
     * Requests all events of a selection.
     *
     * @param names 1 to 64 channels or patterns: {@code *} matches one segment, a final {@code **} one or more
     * @throws IllegalArgumentException if there are none, too many, or one is not a valid name
     */
    public static SubscribeRequest to(String... names) {
        return to(List.of(names));
    }

    /** As {@link #to(String...)}. */
    public static SubscribeRequest to(List<String> names) {
        if (names.isEmpty() || names.size() > NAMES_MAX) {
            throw new IllegalArgumentException(
                    "A selection must have 1 to 64 channels or patterns, has " + names.size());
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

    /** Sets the transport. Default: {@link Transport#SSE}. */
    public SubscribeRequest over(Transport transport) {
        return new SubscribeRequest(names, transport, start, isRaw, heartbeat, wait, every, parameters);
    }

    /** Starts after this cursor, which may come from any transport, or after the event with this id. */
    public SubscribeRequest after(String cursor) {
        return startingAt(new Start(AFTER, cursor));
    }

    /**
     * Starts after the {@code Last-Event-ID} that a client of the program sent, over {@link Transport#SSE} only. If the
     * id is not one of this hub, the first message is a gap; after {@link #after} the hub would refuse the request.
     */
    public SubscribeRequest lastEventId(String id) {
        return startingAt(new Start("lastEventId", id));
    }

    /** Starts with the oldest retained event. */
    public SubscribeRequest fromEarliest() {
        return startingAt(new Start(AFTER, "earliest"));
    }

    /** Starts with new events. This is the default. */
    public SubscribeRequest fromLatest() {
        return startingAt(Start.LATEST);
    }

    /** Starts with the first event that is not older than this age, which is rounded down to whole seconds. */
    public SubscribeRequest since(Duration age) {
        return startingAt(new Start("since", age.toSeconds() + "s"));
    }

    /** Starts with the first event published at or after this time. */
    public SubscribeRequest since(Instant time) {
        return startingAt(new Start("since", time.toString()));
    }

    /** Starts with the newest {@code count} events of the whole selection. */
    public SubscribeRequest last(int count) {
        return startingAt(new Start("last", Integer.toString(count)));
    }

    /** Starts with the newest event of each key, then continues with new events. */
    public SubscribeRequest snapshot() {
        return startingAt(new Start("snapshot", "true"));
    }

    private SubscribeRequest startingAt(Start start) {
        return new SubscribeRequest(names, transport, start, isRaw, heartbeat, wait, every, parameters);
    }

    /** Selects only events of these types. */
    public SubscribeRequest types(String... types) {
        return with("type", String.join(",", types));
    }

    /** While the subscription lags, skips events whose key has a newer event. */
    public SubscribeRequest conflate() {
        return with("conflate", "true");
    }

    /** While the subscription lags, joins adjacent text events of the same kind into one. */
    public SubscribeRequest coalesce() {
        return with("coalesce", "true");
    }

    /** Makes a gap a refusal (status 410) instead of a {@link Message.Gap}. */
    public SubscribeRequest failOnGap() {
        return with("gap", "fail");
    }

    /**
     * Requests only the data, as {@link Raw} instead of {@link Event}, over {@link Transport#SSE} and {@link
     * Transport#WEBSOCKET}. {@link Transport#TEXT} always delivers {@link Raw}; the other transports always deliver
     * {@link Event}.
     */
    public SubscribeRequest raw() {
        return new SubscribeRequest(names, transport, start, true, heartbeat, wait, every, parameters);
    }

    /** Sets the maximum number of events per answer. Only for polls. */
    public SubscribeRequest limit(int events) {
        return with("limit", Integer.toString(events));
    }

    /** Sets the interval of heartbeats on an idle stream, 5 to 120 s. Default: 15 s. */
    public SubscribeRequest heartbeat(Duration interval) {
        return new SubscribeRequest(names, transport, start, isRaw, interval, wait, every, parameters)
                .with("heartbeat", Long.toString(interval.toSeconds()));
    }

    /**
     * Sets how long the hub may delay an answer while there are
     * no events, 1 to 60 s. Only for long polls. Default: 30 s.
     */
    public SubscribeRequest longPollWait(Duration wait) {
        return new SubscribeRequest(names, transport, start, isRaw, heartbeat, wait, every, parameters);
    }

    /**
     * Sets the pause after an answer that contained all available
     * events. Only for {@link Transport#POLL}. Default: 5 s.
     */
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

    /** The pause between polls; zero for long polls, because the hub itself waits. */
    Duration pause() {
        return transport == Transport.POLL ? every : Duration.ZERO;
    }

    Duration longPollWait() {
        return transport == Transport.LONG_POLL ? wait : Duration.ZERO;
    }

    /** @param cursor the position to resume from; null for the first connection */
    URI address(HubAddress hub, @Nullable String cursor) {
        var all = new LinkedHashMap<String, String>();
        // SSE reconnects to the same address, as a browser does, and sends the cursor in a header.
        if (cursor == null || transport == Transport.SSE) all.put(start.parameter(), start.value());
        else all.put(AFTER, cursor);
        all.putAll(parameters);
        switch (transport) {
            case SSE -> {
                all.put("envelope", isRaw ? "raw" : "json");
                all.put("errors", "status"); // Browsers need refusals as events; this client reads the status.
            }
            case WEBSOCKET -> all.put("envelope", isRaw ? "raw" : "json");
            // The first answer brings the cursor from which the others wait: one that breaks must not lose the start.
            case LONG_POLL -> all.put("wait", cursor == null ? "0" : Long.toString(wait.toSeconds()));
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
