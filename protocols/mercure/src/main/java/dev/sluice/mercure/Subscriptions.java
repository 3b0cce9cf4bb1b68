package dev.sluice.mercure;

import dev.sluice.BatchItem;
import dev.sluice.BatchResult;
import dev.sluice.LogUnavailableException;
import dev.sluice.Message;
import dev.sluice.Request;
import dev.sluice.Response;
import dev.sluice.Sluice;
import dev.sluice.SseStream;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The active subscriptions of this node: their events and their API (§ "Active Subscriptions"). A subscription is
/// shown in the form of the version whose parameters made it.
final class Subscriptions {
    private static final System.Logger LOG = System.getLogger(Subscriptions.class.getName());
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// Of memory, without the selector.
    private static final int SUBSCRIPTION_BYTES = 1_024;

    /// Of memory, for each character of a selector: its text and its pattern.
    private static final int CHARACTER_BYTES = 6;

    private final Sluice hub;
    private final MercureSettings settings;
    private final Tokens tokens;
    private final Ids ids;
    private final LongSupplier bytesMax;
    private final Map<String, Subscription> active = new ConcurrentHashMap<>();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicBoolean isFailing = new AtomicBoolean();

    Subscriptions(Sluice hub, MercureSettings settings, Tokens tokens, Ids ids, LongSupplier bytesMax) {
        this.hub = hub;
        this.settings = settings;
        this.tokens = tokens;
        this.ids = ids;
        this.bytesMax = bytesMax;
    }

    /// @param id its address, and the topic of its events
    private record Subscription(
            String id,
            Selector selector,
            String subscriber,
            @Nullable JsonNode payload) {
        Map<String, Object> document(boolean isActive) {
            Map<String, Object> document = new LinkedHashMap<>();
            if (!selector.isModern()) document.put("@context", "https://mercure.rocks/");
            document.put("id", id);
            document.put("type", selector.isModern() ? "subscription" : "Subscription");
            if (selector.isModern()) document.put("match_type", selector.type());
            document.put(selector.isModern() ? "match" : "topic", selector.text());
            document.put("subscriber", subscriber);
            document.put("active", isActive);
            if (payload != null) document.put("payload", payload);
            return document;
        }
    }

    private String path() {
        return settings.path() + "/subscriptions";
    }

    /// Refuses a stream if there are too many subscriptions already.
    void requireRoom(List<Selector> selectors) {
        if (bytes.get() + bytes(selectors) > bytesMax.getAsLong())
            throw RefusedException.of(503, "The hub lists no more subscriptions. Try again later.");
    }

    private static long bytes(List<Selector> selectors) {
        long all = 0;
        for (Selector each : selectors) {
            long address = Form.percentEncoded(each.text()).length();
            all += SUBSCRIPTION_BYTES
                    + address
                    + CHARACTER_BYTES * (long) each.text().length();
        }
        return all;
    }

    /// Registers the subscriptions of a stream until it ends. Closes the stream if there is no room any more.
    void open(SseStream stream, List<Selector> selectors, Token token) {
        long taken = bytes(selectors);
        if (bytes.addAndGet(taken) > bytesMax.getAsLong()) {
            bytes.addAndGet(-taken);
            stream.close();
            return;
        }
        String subscriber = "urn:uuid:" + UUID.randomUUID();
        List<Subscription> opened = new ArrayList<>();
        for (Selector each : selectors) {
            String type = each.isModern() ? each.type() + "/" : "";
            String id = path() + "/" + type + Form.percentEncoded(each.text()) + "/" + Form.percentEncoded(subscriber);
            Subscription subscription = new Subscription(id, each, subscriber, token.payloadOf(each));
            if (active.put(id, subscription) == null) opened.add(subscription);
        }
        try {
            publish(opened, true);
        } finally { // Not earlier: the log would have the end of a stream before its beginning.
            stream.onClose(() -> {
                opened.forEach(each -> active.remove(each.id()));
                bytes.addAndGet(-taken);
                publish(opened, false);
            });
        }
    }

    private void publish(List<Subscription> subscriptions, boolean isActive) {
        List<BatchItem> events =
                subscriptions.stream().map(each -> event(each, isActive)).toList();
        try {
            switch (hub.publishAll(events)) {
                case BatchResult.Stored _ -> isFailing.set(false);
                case BatchResult.Refused refused -> failed(refused.reason().toString());
            }
        } catch (LogUnavailableException failing) {
            failed(String.valueOf(failing.getMessage()));
        }
    }

    /// Logs the first of many: clients can cause them.
    private void failed(String reason) {
        if (!isFailing.getAndSet(true)) LOG.log(Level.WARNING, "subscription events are lost reason=" + reason);
    }

    private static BatchItem event(Subscription subscription, boolean isActive) {
        byte[] data = JSON.writeValueAsBytes(subscription.document(isActive));
        String contentType = UpdateFields.ofTopic(subscription.id()).contentType();
        Message message = Message.of(new Message.Data(Message.Kind.TEXT, contentType, data));
        return new BatchItem.Publish(
                Topics.SUBSCRIPTIONS,
                subscription.selector().isModern() ? message.type(Update.RESERVED_TYPE) : message);
    }

    Response list(Request request) throws InterruptedException {
        Token token = tokens.of(request, settings.subscriberKey())
                .orElseThrow(() -> RefusedException.of(401, "Readers of subscriptions send a token.")
                        .challenge(""));
        int from = request.url().indexOf(path());
        if (from < 0) throw RefusedException.of(404, "The path of the hub is written without percent-encoding.");
        String asked = asked(request.url().substring(from));
        if (!token.maySubscribe(asked))
            throw RefusedException.of(403, "The token does not permit to subscribe to '" + asked + "'.")
                    .challenge("insufficient_scope");
        String last = ids.last();
        Subscription one = active.get(asked);
        Map<String, Object> document = one == null ? collection(asked, token.isModern()) : one.document(true);
        if (!token.isModern()) document.put("lastEventID", last);
        return Response.json(document)
                .header("Content-Type", token.isModern() ? "application/json" : "application/ld+json")
                .header("Cache-Control", "no-cache")
                .header(
                        "Link",
                        "<" + Mercure.address(request, settings.path()) + ">; rel=\"mercure\"; last-event-id=\"" + last
                                + "\"; type=\"mercure\"; content-type=\"application/json\"");
    }

    /// Returns the address as subscriptions have it, with each segment encoded in the one way.
    private static String asked(String path) {
        return Stream.of(path.split("/", -1))
                .map(each -> Form.percentEncoded(Form.percentDecoded(each)))
                .collect(Collectors.joining("/"));
    }

    private Map<String, Object> collection(String asked, boolean isModern) {
        int depth = asked.substring(path().length()).split("/", -1).length - 1;
        if (depth != 0 && depth != (isModern ? 2 : 1)) throw RefusedException.of(404, "There is no such subscription.");
        Map<String, Object> document = new LinkedHashMap<>();
        if (!isModern) document.put("@context", "https://mercure.rocks/");
        document.put("id", asked);
        document.put("type", isModern ? "subscriptions" : "Subscriptions");
        document.put(
                "subscriptions",
                active.values().stream()
                        .filter(each -> each.selector().isModern() == isModern)
                        .filter(each -> each.id().startsWith(asked + "/"))
                        .sorted(Comparator.comparing(Subscription::id))
                        .map(each -> each.document(true))
                        .toList());
        return document;
    }
}
