package dev.sluice.pusher;

import dev.sluice.BatchItem;
import dev.sluice.BatchResult;
import dev.sluice.Message;
import dev.sluice.PublishResult;
import dev.sluice.Request;
import dev.sluice.Response;
import dev.sluice.Routes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// The API for an app's server, which signs its requests.
final class HttpApi {
    private static final int CHANNELS_MAX = 100;
    private static final int BATCH_MAX = 10;
    private static final long TIME_SECONDS_MAX = 600;
    private static final Pattern SOCKET = Pattern.compile("[0-9]{1,20}\\.[0-9]{1,20}");
    private static final String USER_COUNT = "user_count";
    private static final String SUBSCRIPTION_COUNT = "subscription_count";
    private static final String TERMINATE = "/terminate_connections";

    private final Map<String, AppState> apps;
    private final String path;
    private final InstantSource clock;

    /// @param apps by their ids
    /// @param path the beginning of all paths
    HttpApi(Map<String, AppState> apps, String path, InstantSource clock) {
        this.apps = apps;
        this.path = path;
        this.clock = clock;
    }

    private interface Operation {
        Object run(AppState app, Request request) throws InterruptedException;
    }

    void register(Routes routes) {
        String app = path + "/apps/*";
        routes.post(app + "/events", request -> answer(request, this::event))
                .post(app + "/batch_events", request -> answer(request, this::batch))
                .get(app + "/channels", request -> answer(request, this::channels))
                .get(app + "/channels/*", request -> answer(request, this::channel))
                .get(app + "/channels/*/users", request -> answer(request, this::users))
                .post(app + "/users/**", request -> answer(request, this::terminate));
    }

    private Response answer(Request request, Operation operation) throws InterruptedException {
        try {
            AppState app = apps.get(request.stars().getFirst());
            if (app == null) throw new RefusedException(404, "There is no app with this id.");
            verify(request, app.app());
            return Response.json(operation.run(app, request));
        } catch (RefusedException refused) {
            return refused.response();
        }
    }

    // --- signatures

    private void verify(Request request, PusherApp app) {
        if (!request.query("auth_key").orElse("").equals(app.key()))
            throw new RefusedException(401, "The parameter 'auth_key' is not the app's key.");
        if (!request.query("auth_version").orElse("").equals("1.0"))
            throw new RefusedException(401, "The parameter 'auth_version' is 1.0.");
        requireNow(request.query("auth_timestamp").orElse(""));
        String digest = request.query("body_md5").orElse("");
        boolean hasBody = request.body().length > 0 || !digest.isEmpty();
        if (hasBody && !Signature.isEqual(Signature.md5(request.body()), digest))
            throw new RefusedException(401, "The parameter 'body_md5' is not the digest of the body.");
        String given = request.query("auth_signature").orElse("");
        String query = signedQuery(request);
        for (String each : paths(request)) {
            String text = request.method() + "\n" + each + "\n" + query;
            if (Signature.isEqual(Signature.of(app.secret(), text), given)) return;
        }
        throw new RefusedException(401, "Invalid signature: it is the HMAC of the method, the path and the query.");
    }

    private void requireNow(String timestamp) {
        if (!timestamp.matches("[0-9]{1,12}"))
            throw new RefusedException(401, "The parameter 'auth_timestamp' is a number of seconds.");
        long nowSeconds = clock.instant().getEpochSecond();
        if (Math.abs(nowSeconds - Long.parseLong(timestamp)) <= TIME_SECONDS_MAX) return;
        throw new RefusedException(
                401,
                "Timestamp expired: the parameter 'auth_timestamp', " + timestamp + ", is not within "
                        + TIME_SECONDS_MAX + " s of the server's time, " + nowSeconds + ".");
    }

    private static String signedQuery(Request request) {
        Map<String, List<String>> sorted = new TreeMap<>();
        for (String name : request.queryNames()) {
            if (name.equals("auth_signature")) continue;
            sorted.computeIfAbsent(name.toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                    .addAll(request.queries(name));
        }
        List<String> pairs = new ArrayList<>();
        sorted.forEach((name, values) -> values.forEach(value -> pairs.add(name + "=" + value)));
        return String.join("&", pairs);
    }

    /// Libraries sign the path with or without what is before `/apps`, as they encode it or decoded.
    private Set<String> paths(Request request) {
        Set<String> paths = new LinkedHashSet<>();
        String url = request.url();
        String raw = url.substring(url.indexOf('/', url.startsWith("/") ? 0 : url.indexOf("://") + 3));
        for (String each : List.of(raw, request.path())) {
            paths.add(each);
            if (each.startsWith(path)) paths.add(each.substring(path.length()));
        }
        return paths;
    }

    // --- events

    private Object event(AppState app, Request request) throws InterruptedException {
        JsonNode body = body(request);
        List<BatchItem> items = new ArrayList<>();
        Set<String> channels = add(items, app, body);
        publish(app, request, items);
        String info = Frames.text(body, "info");
        if (info == null) return Map.of();
        Map<String, Object> attributes = new LinkedHashMap<>();
        for (String each : channels) attributes.put(each, attributes(app, each, info));
        return Map.of("channels", attributes);
    }

    private Object batch(AppState app, Request request) throws InterruptedException {
        JsonNode batch = body(request).get("batch");
        if (batch == null || !batch.isArray()) throw new RefusedException(400, "The body has an array 'batch'.");
        if (batch.size() > BATCH_MAX) throw new RefusedException(400, "A batch has at most " + BATCH_MAX + " events.");
        List<BatchItem> items = new ArrayList<>();
        List<Object> infos = new ArrayList<>();
        boolean hasInfo = false;
        for (JsonNode each : batch) {
            Set<String> channels = add(items, app, each);
            if (channels.size() > 1) throw new RefusedException(400, "An event of a batch is for one channel.");
            String info = Frames.text(each, "info");
            hasInfo |= info != null;
            infos.add(
                    info == null
                            ? Map.of()
                            : attributes(app, channels.iterator().next(), info));
        }
        publish(app, request, items);
        return hasInfo ? Map.of("batch", infos) : Map.of();
    }

    private static JsonNode body(Request request) {
        try {
            return Frames.JSON.readTree(request.body());
        } catch (JacksonException invalid) {
            throw new RefusedException(400, "The body is not valid JSON.");
        }
    }

    /// Adds an event for each of its channels.
    ///
    /// @return the names of the channels
    private static Set<String> add(List<BatchItem> items, AppState app, JsonNode event) {
        String name = Frames.text(event, "name");
        String data = data(event.get("data"));
        if (name == null || data == null) throw new RefusedException(400, "An event has a 'name' and a string 'data'.");
        String socket = Frames.text(event, "socket_id");
        if (socket != null && !SOCKET.matcher(socket).matches())
            throw new RefusedException(400, "The 'socket_id' is no id of a socket.");
        Message message = PusherEvent.checked(name, data, socket, null).message();
        Set<String> channels = channelNames(event);
        for (String each : channels) {
            items.add(new BatchItem.Publish(named(app, each).hubName(), message));
        }
        return channels;
    }

    /// The documentation asks for a string, but some libraries send values.
    private static @Nullable String data(@Nullable JsonNode data) {
        if (data == null || data.isNull()) return null;
        return data.isString() ? data.stringValue() : data.toString();
    }

    private static Set<String> channelNames(JsonNode event) {
        Set<String> names = new LinkedHashSet<>();
        String single = Frames.text(event, "channel");
        if (single != null) names.add(single);
        JsonNode several = event.get("channels");
        if (several != null) {
            for (JsonNode each : several) {
                if (!each.isString()) throw new RefusedException(400, "The name of a channel is a string.");
                names.add(each.stringValue());
            }
        }
        if (names.isEmpty() || names.size() > CHANNELS_MAX)
            throw new RefusedException(400, "An event is for 1 to " + CHANNELS_MAX + " channels.");
        return names;
    }

    private static PusherChannel named(AppState app, String name) {
        try {
            return PusherChannel.of(app.app(), name);
        } catch (IllegalArgumentException invalid) {
            throw new RefusedException(400, String.valueOf(invalid.getMessage()));
        }
    }

    private static void publish(AppState app, Request request, List<BatchItem> items) {
        if (items.isEmpty()) return;
        take(app, request, items);
        BatchResult result;
        try {
            result = app.hub().publishAll(items);
        } catch (IllegalArgumentException invalid) {
            throw new RefusedException(400, "The hub does not take the event: " + invalid.getMessage() + ".");
        }
        if (!(result instanceof BatchResult.Refused(int index, PublishResult reason))) return;
        String channel = items.get(index).channel();
        throw switch (reason) {
            case PublishResult.Ended _ ->
                new RefusedException(409, "The hub's channel '" + channel + "' has ended: nothing was published.");
            default -> new RefusedException(503, "Nothing was published, because the hub's log is full.");
        };
    }

    /// Counts an event for each of its channels in the rate limits, in which an app is one caller.
    private static void take(AppState app, Request request, List<BatchItem> items) {
        long bytes = 0;
        for (BatchItem each : items)
            if (each instanceof BatchItem.Publish(String _, Message message))
                bytes += message.data().bytes().length;
        Duration wait = request.takePublishes(app.app().channels(), items.size(), bytes);
        if (!wait.isZero()) throw RefusedException.tooFast("The app", wait);
    }

    // --- state

    private Object channels(AppState app, Request request) throws InterruptedException {
        String prefix = request.query("filter_by_prefix").orElse("");
        String info = request.query("info").orElse("");
        if (wants(info, USER_COUNT) && !prefix.startsWith("presence-"))
            throw new RefusedException(400, "To get 'user_count', filter by a prefix that begins with 'presence-'.");
        Map<String, Object> channels = new TreeMap<>();
        for (String each : app.occupied()) if (each.startsWith(prefix)) channels.put(each, attributes(app, each, info));
        return Map.of("channels", channels);
    }

    private Object channel(AppState app, Request request) throws InterruptedException {
        PusherChannel channel = named(app, request.stars().get(1));
        String info = request.query("info").orElse("");
        if (wants(info, USER_COUNT) && !channel.isPresence())
            throw new RefusedException(400, "Only presence channels have a 'user_count'.");
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("occupied", app.occupied().contains(channel.name()));
        attributes.putAll(attributes(app, channel.name(), info));
        return attributes;
    }

    private static Map<String, Object> attributes(AppState app, String name, String info) throws InterruptedException {
        Map<String, Object> attributes = new LinkedHashMap<>();
        PusherChannel channel = named(app, name);
        if (wants(info, USER_COUNT) && channel.isPresence())
            attributes.put(USER_COUNT, app.members(channel).size());
        if (wants(info, SUBSCRIPTION_COUNT)) attributes.put(SUBSCRIPTION_COUNT, app.subscriptions(name));
        return attributes;
    }

    private static boolean wants(String info, String attribute) {
        return List.of(info.split(",", -1)).contains(attribute);
    }

    private Object users(AppState app, Request request) throws InterruptedException {
        PusherChannel channel = named(app, request.stars().get(1));
        if (!channel.isPresence()) throw new RefusedException(400, "Only presence channels have users.");
        List<Map<String, String>> users = new ArrayList<>();
        for (String each : app.members(channel)) users.add(Map.of("id", each));
        return Map.of("users", users);
    }

    /// The id of a user may have a slash, which is one of the path once it is decoded.
    private Object terminate(AppState app, Request request) {
        String rest = request.stars().get(1);
        if (!rest.endsWith(TERMINATE)) throw new RefusedException(404, "There is no such operation.");
        app.terminate(rest.substring(0, rest.length() - TERMINATE.length()));
        return Map.of();
    }
}
