package dev.sluice.server.matrix;

import static dev.sluice.core.access.Verb.CLOSE;
import static dev.sluice.core.access.Verb.DELETE;
import static dev.sluice.core.access.Verb.JOIN;
import static dev.sluice.core.access.Verb.LIST;
import static dev.sluice.core.access.Verb.PRESENCE;
import static dev.sluice.core.access.Verb.PUBLISH;
import static dev.sluice.core.access.Verb.PUBLISH_AS;
import static dev.sluice.core.access.Verb.SUBSCRIBE;

import dev.sluice.core.access.Verb;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/// The doors of a hub: each way in which a request reaches a channel, with the route that it takes and the verbs that
/// it needs, written from `docs/protocol.md` §5. `@` is the channel, `#` the id of its event, `~` the name of the
/// caller.
@SuppressWarnings("ImmutableEnumChecker") // Functions and sets are never changed.
enum Door {
    SSE("GET /channels/**", get("/channels/@?as=sse"), SUBSCRIBE),
    JSON_LINES("GET /channels/**", get("/channels/@?as=ndjson"), SUBSCRIBE),
    TEXT("GET /channels/**", get("/channels/@?as=text"), SUBSCRIBE),
    POLL("GET /channels/**", get("/channels/@?as=json"), SUBSCRIBE),
    LONG_POLL("GET /channels/**", get("/channels/@?as=json&wait=60&after=earliest"), SUBSCRIBE),
    PAGING_BACK("GET /channels/**", get("/channels/@?as=json&before=#"), SUBSCRIBE),
    PAGE("GET /channels/**", get("/channels/@?as=html"), SUBSCRIBE),
    WEBSOCKET("GET /channels/**", client -> client.webSocket("/channels/@"), SUBSCRIBE),
    RAW_WEBSOCKET("GET /channels/**", client -> client.webSocket("/channels/@?envelope=raw"), SUBSCRIBE),
    HEAD("HEAD /channels/**", client -> client.send("HEAD", "/channels/@", ""), SUBSCRIBE),
    STREAM_BY_NAME("GET /channels", get("/channels?as=sse&name=@"), SUBSCRIBE),
    POLL_BY_NAME("GET /channels", get("/channels?as=json&name=lobby&name=@"), SUBSCRIBE),
    WEBSOCKET_BY_NAME("GET /channels", client -> client.webSocket("/channels?name=lobby&name=@"), SUBSCRIBE),
    SESSION_SUBSCRIBE("GET /session", op("{'op':'subscribe','ref':1,'channels':['lobby','@']}"), SUBSCRIBE),
    POSTED_SUBSCRIBE("POST /session/**", postedOp("{'op':'subscribe','ref':1,'channels':['@']}"), SUBSCRIBE),

    SEARCH("GET /search/**", get("/search/@?q=x"), SUBSCRIBE),
    SEARCH_BY_NAME("GET /search", get("/search?name=lobby&name=@"), SUBSCRIBE),
    PRESENCE_SEARCH("GET /search/**", get("/search/$presence/@"), PRESENCE),

    PRESENCE_LIST("GET /presence/**", get("/presence/@"), PRESENCE),
    PRESENCE_EVENTS("GET /channels/**", get("/channels/$presence/@?as=sse"), PRESENCE),
    PRESENCE_POLL("GET /channels/**", get("/channels/$presence/@?as=json"), PRESENCE),
    PRESENCE_HEAD("HEAD /channels/**", client -> client.send("HEAD", "/channels/$presence/@", ""), PRESENCE),
    SSE_WITH_PRESENCE("GET /channels/**", get("/channels/@?as=sse&presence=true"), SUBSCRIBE, PRESENCE),
    POLL_WITH_PRESENCE("GET /channels/**", get("/channels/@?as=json&presence=true"), SUBSCRIBE, PRESENCE),
    SESSION_PRESENCE("GET /session", op("{'op':'presence','ref':1,'channel':'@'}"), PRESENCE),
    POSTED_PRESENCE("POST /session/**", postedOp("{'op':'presence','ref':1,'channel':'@'}"), PRESENCE),
    SESSION_WITH_PRESENCE(
            "GET /session", op("{'op':'subscribe','ref':1,'channels':['@'],'presence':true}"), SUBSCRIBE, PRESENCE),

    SSE_JOIN("GET /channels/**", get("/channels/@?as=sse&join=true&client=~"), SUBSCRIBE, JOIN),
    JSON_LINES_JOIN("GET /channels/**", get("/channels/@?as=ndjson&join=true&client=~"), SUBSCRIBE, JOIN),
    TEXT_JOIN("GET /channels/**", get("/channels/@?as=text&join=true&client=~"), SUBSCRIBE, JOIN),
    LONG_POLL_JOIN(
            "GET /channels/**", get("/channels/@?as=json&wait=60&after=earliest&join=true&client=~"), SUBSCRIBE, JOIN),
    WEBSOCKET_JOIN("GET /channels/**", client -> client.webSocket("/channels/@?join=true&client=~"), SUBSCRIBE, JOIN),
    JOIN_BY_NAME("GET /channels", get("/channels?name=@&as=sse&join=true&client=~"), SUBSCRIBE, JOIN),
    SESSION_JOIN("GET /session", op("{'op':'subscribe','ref':1,'channels':['@'],'join':true}"), SUBSCRIBE, JOIN),
    POSTED_JOIN(
            "POST /session/**", postedOp("{'op':'subscribe','ref':1,'channels':['@'],'join':true}"), SUBSCRIBE, JOIN),

    POST("POST /channels/**", send("POST", "/channels/@"), PUBLISH),
    PUT("PUT /channels/**", send("PUT", "/channels/@"), PUBLISH),
    LINES("POST /channels/**", send("POST", "/channels/@?split=line"), PUBLISH),
    CHUNKS("POST /channels/**", send("POST", "/channels/@?split=chunk"), PUBLISH),
    LINES_BY_PUT("PUT /channels/**", send("PUT", "/channels/@?split=line"), PUBLISH),
    LEASED_POST("POST /channels/**", send("POST", "/channels/@?lease=60"), PUBLISH),
    LEASED_LINES("POST /channels/**", send("POST", "/channels/@?split=line&lease=60"), PUBLISH),
    LEASE_RENEWAL(
            "PUT /leases/**",
            client -> {
                client.send("POST", "/channels/@?lease=60", "x"); // Else there is nothing to renew.
                return client.send("PUT", "/leases/@?seconds=60", "");
            },
            PUBLISH),
    LEASE_RELEASE("DELETE /leases/**", client -> client.send("DELETE", "/leases/@", ""), PUBLISH),
    KEY_REMOVAL("POST /channels/**", send("POST", "/channels/@?key=k&remove=true"), PUBLISH),
    BATCH("POST /channels", client -> client.send("POST", "/channels", "{'channel':'@','data':'x'}"), PUBLISH),
    ATOMIC_BATCH(
            "POST /channels",
            client -> client.send("POST", "/channels?atomic=true", "{'channel':'@','data':'x'}"),
            PUBLISH),
    WEBSOCKET_MESSAGE("GET /channels/**", message("/channels/@", "{'ref':1,'data':'x'}"), SUBSCRIBE, PUBLISH),
    WEBSOCKET_ELSEWHERE("GET /channels/**", message("/channels/lobby", "{'ref':1,'channel':'@','data':'x'}"), PUBLISH),
    RAW_WEBSOCKET_MESSAGE(
            "GET /channels/**", client -> client.rawMessage("/channels/@?envelope=raw", "x"), SUBSCRIBE, PUBLISH),
    SESSION_PUBLISH("GET /session", op("{'op':'publish','ref':1,'channel':'@','data':'x'}"), PUBLISH),
    POSTED_PUBLISH("POST /session/**", postedOp("{'op':'publish','ref':1,'channel':'@','data':'x'}"), PUBLISH),

    POST_AS("POST /channels/**", send("POST", "/channels/@?from=bob"), PUBLISH, PUBLISH_AS),
    PUT_AS("PUT /channels/**", send("PUT", "/channels/@?from=bob"), PUBLISH, PUBLISH_AS),
    LINES_AS("POST /channels/**", send("POST", "/channels/@?split=line&from=bob"), PUBLISH, PUBLISH_AS),
    BATCH_AS(
            "POST /channels",
            client -> client.send("POST", "/channels", "{'channel':'@','data':'x','from':'bob'}"),
            PUBLISH,
            PUBLISH_AS),
    ATOMIC_BATCH_AS(
            "POST /channels",
            client -> client.send("POST", "/channels?atomic=true", "{'channel':'@','data':'x','from':'bob'}"),
            PUBLISH,
            PUBLISH_AS),
    WEBSOCKET_AS(
            "GET /channels/**",
            message("/channels/lobby", "{'ref':1,'channel':'@','data':'x','from':'bob'}"),
            PUBLISH,
            PUBLISH_AS),
    SESSION_PUBLISH_AS(
            "GET /session", op("{'op':'publish','ref':1,'channel':'@','data':'x','from':'bob'}"), PUBLISH, PUBLISH_AS),
    POSTED_PUBLISH_AS(
            "POST /session/**",
            postedOp("{'op':'publish','ref':1,'channel':'@','data':'x','from':'bob'}"),
            PUBLISH,
            PUBLISH_AS),

    DELETE_BY_PATTERN(
            "DELETE /channels", client -> client.send("DELETE", "/channels?match=@&expect=9", ""), LIST, DELETE),

    END("POST /channels/**", client -> client.send("POST", "/channels/@?close=true", ""), CLOSE),
    LAST_WORDS("POST /channels/**", send("POST", "/channels/@?close=true"), PUBLISH, CLOSE),
    LAST_WORDS_BY_PUT("PUT /channels/**", send("PUT", "/channels/@?close=true"), PUBLISH, CLOSE),
    LAST_LINES("POST /channels/**", send("POST", "/channels/@?split=line&close=true"), PUBLISH, CLOSE),

    DELETION("DELETE /channels/**", send("DELETE", "/channels/@"), DELETE),
    DELETION_OF_AN_EVENT("DELETE /channels/**", send("DELETE", "/channels/@?id=#"), DELETE),
    DELETION_OF_A_KEY("DELETE /channels/**", send("DELETE", "/channels/@?key=k"), DELETE),

    CHANNEL_LIST("GET /channels", get("/channels?limit=1000"), LIST),
    HOME_PAGE("GET /", get("/"), LIST);

    /// A request or a conversation, and what came of it.
    @FunctionalInterface
    interface Knock {
        Answered at(DoorClient client);
    }

    private final String route;
    private final Knock knock;
    private final Set<Verb> verbs;

    Door(String route, Knock knock, Verb... verbs) {
        this.route = route;
        this.knock = knock;
        this.verbs = EnumSet.copyOf(Arrays.asList(verbs));
    }

    private static Knock get(String path) {
        return client -> client.get(path);
    }

    private static Knock send(String method, String path) {
        return client -> client.send(method, path, method.equals("DELETE") ? "" : "x");
    }

    private static Knock message(String path, String message) {
        return client -> client.message(path, message);
    }

    private static Knock op(String message) {
        return client -> client.op(message);
    }

    private static Knock postedOp(String message) {
        return client -> client.postedOp(message);
    }

    /// The route in the hub's router: method and path.
    String route() {
        return route;
    }

    Set<Verb> verbs() {
        return verbs;
    }

    /// Whether it changes the channel itself: that a lease is given up does not.
    boolean writes() {
        if (this == LEASE_RELEASE) return false;
        return verbs.contains(PUBLISH) || verbs.contains(CLOSE) || verbs.contains(DELETE);
    }

    boolean joins() {
        return verbs.contains(JOIN);
    }

    Answered knock(DoorClient client) {
        return knock.at(client);
    }

    /// The outcome that the contract demands.
    ///
    /// - A credential that proves nothing is `401 bad-token`, whatever the caller wants.
    /// - Who has all verbs that the door needs on the channel passes.
    /// - Lists have only channels that may be listed; the list itself is refused to those who may list none, the
    ///   hub's page is shown to everybody.
    /// - Everybody else is refused, and asked for a credential if none was shown.
    Answered expected(Caller caller) {
        if (!caller.isValid()) return Answered.BAD_TOKEN;
        if (caller.verbs().containsAll(verbs)) return Answered.PASSED;
        if (this == HOME_PAGE) return Answered.HIDDEN;
        if (this == CHANNEL_LIST && caller.verbsElsewhere().contains(LIST)) return Answered.HIDDEN;
        return caller.isAnonymous() ? Answered.UNAUTHORIZED : Answered.FORBIDDEN;
    }
}
