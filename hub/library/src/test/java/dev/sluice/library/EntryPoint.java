package dev.sluice.library;

import dev.sluice.Access.Action;
import dev.sluice.library.HubClient.Outcome;
import java.util.Set;
import java.util.function.BiFunction;

/// The ways into a hub, each with the actions that it takes.
@SuppressWarnings("ImmutableEnumChecker") // Functions and sets are never changed.
enum EntryPoint {
    SSE((visitor, channel) -> visitor.open("/channels/" + channel + "?as=sse"), Action.SUBSCRIBE),
    JSON_LINES((visitor, channel) -> visitor.open("/channels/" + channel + "?as=ndjson"), Action.SUBSCRIBE),
    TEXT((visitor, channel) -> visitor.open("/channels/" + channel + "?as=text"), Action.SUBSCRIBE),
    POLL((visitor, channel) -> visitor.open("/channels/" + channel + "?as=json&after=earliest"), Action.SUBSCRIBE),
    LONG_POLL(
            (visitor, channel) -> visitor.open("/channels/" + channel + "?as=json&after=earliest&wait=1"),
            Action.SUBSCRIBE),
    BY_NAME((visitor, channel) -> visitor.open("/channels?as=json&name=" + channel), Action.SUBSCRIBE),
    PAGE((visitor, channel) -> visitor.open("/channels/" + channel + "?as=html"), Action.SUBSCRIBE),
    HEAD((visitor, channel) -> visitor.head("/channels/" + channel), Action.SUBSCRIBE),
    WEBSOCKET((visitor, channel) -> visitor.webSocket("/channels/" + channel), Action.SUBSCRIBE),
    SESSION_SUBSCRIBE(op("{'op':'subscribe','ref':1,'channels':['@']}"), Action.SUBSCRIBE),
    SESSION_SUBSCRIBE_OVER_SSE(postedOp("{'op':'subscribe','ref':1,'channels':['@']}"), Action.SUBSCRIBE),
    SSE_WITH_PRESENCE(
            (visitor, channel) -> visitor.open("/channels/" + channel + "?as=sse&presence=true"),
            Action.SUBSCRIBE,
            Action.PRESENCE),
    SHADOW((visitor, channel) -> visitor.open("/channels/$presence/" + channel + "?as=json"), Action.PRESENCE),
    PRESENCE((visitor, channel) -> visitor.open("/presence/" + channel), Action.PRESENCE),
    SESSION_PRESENCE(op("{'op':'presence','ref':1,'channel':'@'}"), Action.PRESENCE),
    JOIN(
            (visitor, channel) -> visitor.open("/channels/" + channel + "?as=sse&join=true&client=bob"),
            Action.SUBSCRIBE,
            Action.JOIN),
    POST((visitor, channel) -> visitor.publish("POST", "/channels/" + channel, "x"), Action.PUBLISH),
    PUT((visitor, channel) -> visitor.publish("PUT", "/channels/" + channel, "x"), Action.PUBLISH),
    UPLOAD(
            (visitor, channel) -> visitor.publish("POST", "/channels/" + channel + "?split=line", "x\ny\n"),
            Action.PUBLISH),
    PUBLISH_AS(
            (visitor, channel) -> visitor.publish("POST", "/channels/" + channel + "?from=bob", "x"),
            Action.PUBLISH,
            Action.PUBLISH_AS),
    SESSION_PUBLISH_AS(
            op("{'op':'publish','ref':1,'channel':'@','data':'x','from':'bob'}"), Action.PUBLISH, Action.PUBLISH_AS),
    BATCH((visitor, channel) -> visitor.batch("/channels", channel), Action.PUBLISH),
    ATOMIC_BATCH((visitor, channel) -> visitor.batch("/channels?atomic=true", channel), Action.PUBLISH),
    SESSION_PUBLISH(op("{'op':'publish','ref':1,'channel':'@','data':'x'}"), Action.PUBLISH),
    SESSION_PUBLISH_OVER_SSE(postedOp("{'op':'publish','ref':1,'channel':'@','data':'x'}"), Action.PUBLISH),
    WEBSOCKET_PUBLISH(
            (visitor, channel) -> visitor.publishOverWebSocket("/channels/" + channel),
            Action.SUBSCRIBE,
            Action.PUBLISH),
    CLOSE((visitor, channel) -> visitor.publish("POST", "/channels/" + channel + "?close=true", ""), Action.CLOSE),
    LAST_WORDS(
            (visitor, channel) -> visitor.publish("POST", "/channels/" + channel + "?close=true", "x"),
            Action.PUBLISH,
            Action.CLOSE),
    DELETE((visitor, channel) -> visitor.publish("DELETE", "/channels/" + channel, ""), Action.DELETE),
    FORGET_KEY((visitor, channel) -> visitor.publish("DELETE", "/channels/" + channel + "?key=k", ""), Action.DELETE),
    LIST((visitor, channel) -> visitor.open("/channels"), Action.LIST);

    private final BiFunction<HubClient, String, Outcome> entry;
    final Set<Action> actions;

    EntryPoint(BiFunction<HubClient, String, Outcome> entry, Action... actions) {
        this.entry = entry;
        this.actions = Set.of(actions);
    }

    private static BiFunction<HubClient, String, Outcome> op(String message) {
        return (visitor, channel) -> visitor.op(message.replace('\'', '"').replace("@", channel));
    }

    private static BiFunction<HubClient, String, Outcome> postedOp(String message) {
        return (visitor, channel) -> visitor.postedOp(message.replace('\'', '"').replace("@", channel));
    }

    Outcome enter(HubClient visitor, String channel) {
        return entry.apply(visitor, channel);
    }
}
