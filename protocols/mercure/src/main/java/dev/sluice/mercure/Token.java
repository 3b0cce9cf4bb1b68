package dev.sluice.mercure;

import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What a verified token permits. Immutable.
///
/// @param name     its `sub`; empty if it has none, or one of more than 255 characters
/// @param isModern true if it is one of Mercure 1.0 (RFC 9068)
/// @param expires  null if it never expires, which 0.x allows
/// @param payload  what all subscriptions of a subscriber of 0.x show of it; null for nothing
record Token(
        String name,
        boolean isModern,
        @Nullable Instant expires,
        List<Selector> publish,
        List<Grant> subscribe,
        @Nullable JsonNode payload) {
    static final String DETAIL = "https://mercure.rocks/authorization-detail";
    private static final int SELECTORS_MAX = 1_000;
    private static final int NAME_CHARACTERS_MAX = 255;

    /// Permits nothing: that of an anonymous subscriber.
    static final Token NONE = new Token("", false, null, List.of(), List.of(), null);

    /// @param payload what subscriptions that it matches show of it; null for nothing
    record Grant(Selector selector, @Nullable JsonNode payload) {}

    /// Reads the claim `mercure` of 0.x.
    ///
    /// @throws IllegalArgumentException if it is malformed
    static Token legacy(JsonNode claims, @Nullable Instant expires, URI base) {
        JsonNode mercure = claims.path("mercure");
        JsonNode payload = mercure.has("payload") ? mercure.get("payload") : null;
        List<Grant> subscribe = selectors(mercure.path("subscribe"), base).stream()
                .map(each -> new Grant(each, null))
                .toList();
        return new Token(name(claims), false, expires, selectors(mercure.path("publish"), base), subscribe, payload);
    }

    private static String name(JsonNode claims) {
        String name = claims.path("sub").asString("");
        return name.length() <= NAME_CHARACTERS_MAX ? name : "";
    }

    private static List<Selector> selectors(JsonNode list, URI base) {
        if (list.isMissingNode() || list.isNull()) return List.of();
        if (!list.isArray() || list.size() > SELECTORS_MAX)
            throw new IllegalArgumentException("'publish' and 'subscribe' are lists of up to " + SELECTORS_MAX);
        List<Selector> selectors = new ArrayList<>();
        for (JsonNode each : list) selectors.add(Selector.of(Selector.TOPIC, text(each), base));
        return List.copyOf(selectors);
    }

    /// Reads `authorization_details` (RFC 9396) of 1.0. One that is malformed makes the whole token invalid.
    ///
    /// @throws IllegalArgumentException if it is malformed
    static Token modern(JsonNode claims, Instant expires, URI base) {
        List<Selector> publish = new ArrayList<>();
        List<Grant> subscribe = new ArrayList<>();
        for (JsonNode detail : claims.path("authorization_details")) {
            if (!detail.path("type").isString() || !text(detail.path("type")).equals(DETAIL)) continue;
            List<String> actions = new ArrayList<>();
            for (JsonNode each : list(detail, "actions")) actions.add(text(each));
            JsonNode payload = detail.has("payload") ? detail.get("payload") : null;
            if (payload != null && !payload.isObject()) throw new IllegalArgumentException("'payload' is an object");
            for (JsonNode each : list(detail, "topics")) {
                if (!each.isObject()) throw new IllegalArgumentException("'topics' are objects with 'match'");
                String type = each.has("match_type") ? text(each.get("match_type")) : Selector.EXACT;
                if (type.equals(Selector.TOPIC)) throw new IllegalArgumentException("'match_type' is unknown");
                Selector selector = Selector.of(type, text(each.path("match")), base);
                if (actions.contains("publish")) publish.add(selector);
                if (actions.contains("subscribe")) subscribe.add(new Grant(selector, payload));
            }
        }
        if (publish.size() + subscribe.size() > SELECTORS_MAX)
            throw new IllegalArgumentException("a token has up to " + SELECTORS_MAX + " topics");
        return new Token(name(claims), true, expires, List.copyOf(publish), List.copyOf(subscribe), null);
    }

    private static JsonNode list(JsonNode detail, String name) {
        JsonNode list = detail.path(name);
        if (!list.isArray() || list.isEmpty()) throw new IllegalArgumentException("'" + name + "' is a list");
        return list;
    }

    private static String text(JsonNode node) {
        if (!node.isString()) throw new IllegalArgumentException("a text is expected");
        return node.stringValue();
    }

    boolean mayPublish(String topic) {
        return publish.stream().anyMatch(each -> each.matches(topic));
    }

    boolean maySubscribe(String topic) {
        return subscribe.stream().anyMatch(each -> each.selector().matches(topic));
    }

    /// Returns the payload of a subscription: in 1.0, that of the first grant that matches its selector; null if
    /// there is none.
    @Nullable
    JsonNode payloadOf(Selector of) {
        for (Grant each : subscribe) if (isModern && each.selector().matches(of.text())) return each.payload();
        return payload;
    }
}
