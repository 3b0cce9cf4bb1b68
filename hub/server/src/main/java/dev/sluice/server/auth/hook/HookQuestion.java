package dev.sluice.server.auth.hook;

import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.InvalidNameException;
import dev.sluice.core.channel.Pattern;
import dev.sluice.server.auth.identity.StaticKeys;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.Method;
import dev.sluice.server.http.head.Parameters;
import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.http.policy.OriginPolicy;
import dev.sluice.server.http.policy.OriginSettings;
import dev.sluice.server.json.Json;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The hub's question to the application. The same question has the same answer as long as the answer is
/// remembered.
///
/// @param json     the question as it is sent
/// @param isResume whether the client continues after it was admitted, so that a remembered decision suffices
public record HookQuestion(String json, boolean isResume) {
    /// The part of the question about the connection and not about its caller.
    public record Context(String address, Map<String, String> headers, Map<String, String> cookies) {
        public static Context of(Exchange exchange, HookSettings settings, OriginSettings security) {
            return new Context(
                    exchange.grant().principal().address(),
                    HookQuestion.headers(exchange.request(), settings),
                    HookQuestion.cookies(exchange, settings, security));
        }
    }

    /// The question of a request; empty if the application is not asked, because the request opens or reads
    /// nothing, or the grant permits all of it.
    public static Optional<HookQuestion> of(Exchange exchange, HookSettings settings, OriginSettings security) {
        RequestHead request = exchange.request();
        Grant grant = exchange.grant();
        if (!request.method().equals(Method.GET) && !request.method().equals(Method.HEAD)) return Optional.empty();
        String room = request.path().first();
        if (room.equals("session")) {
            return Optional.of(connect(Context.of(exchange, settings, security), grant));
        }
        List<String> channels = channels(request, room);
        if (channels.isEmpty()) return Optional.empty();
        Set<Verb> verbs = verbs(request.parameters(), room);
        // A WebSocket publishes with the grant of its handshake, too.
        boolean isWebSocket = request.hasToken(HeaderNames.UPGRADE, "websocket");
        if (!isWebSocket && permits(grant, verbs, channels)) return Optional.empty();
        Context context = Context.of(exchange, settings, security);
        boolean isResume = request.hasHeader("Last-Event-ID") || isResume(request.parameters());
        return Optional.of(subscribe(context, grant, verbs, channels, isResume));
    }

    /// The question of a subscription in a session; empty if the grant permits all of it.
    public static Optional<HookQuestion> of(
            Context context, Grant grant, List<String> channels, Parameters parameters) {
        Set<Verb> verbs = verbs(parameters, "");
        if (permits(grant, verbs, channels)) return Optional.empty();
        return Optional.of(subscribe(context, grant, verbs, channels, isResume(parameters)));
    }

    private static HookQuestion subscribe(
            Context context, Grant grant, Set<Verb> verbs, List<String> channels, boolean isResume) {
        var question = new LinkedHashMap<String, Object>();
        question.put("action", "subscribe");
        question.put("verbs", verbs.stream().map(Verb::text).toList());
        question.put("channels", channels);
        return of(question, context, grant, isResume);
    }

    /// The question about a session. A returning client cannot be distinguished from a new one, so a remembered
    /// decision may serve both.
    public static HookQuestion connect(Context context, Grant grant) {
        var question = new LinkedHashMap<String, Object>();
        question.put("action", "connect");
        return of(question, context, grant, true);
    }

    private static HookQuestion of(Map<String, Object> question, Context context, Grant grant, boolean isResume) {
        question.put("address", context.address());
        if (!grant.principal().isAnonymous())
            question.put("sub", grant.principal().name());
        grant.credential().filter(proof -> !proof.keyId().isEmpty()).ifPresent(proof -> {
            question.put("kid", proof.keyId());
            question.put("roles", proof.roles().stream().sorted().toList());
        });
        question.put("headers", context.headers());
        question.put("cookies", context.cookies());
        return new HookQuestion(new String(Json.write(question), StandardCharsets.UTF_8), isResume);
    }

    /// The key of the answer in the cache. It is only a hash, because the question may contain cookies.
    ByteBuffer key() {
        return ByteBuffer.wrap(StaticKeys.sha256(json));
    }

    private static List<String> channels(RequestHead request, String room) {
        if (room.equals("presence")) return List.of(request.path().after(1));
        if (!room.equals("channels") && !room.equals("search")) return List.of();
        return request.path().segments().size() > 1
                ? List.of(request.path().after(1))
                : request.parameters().all("name");
    }

    private static Set<Verb> verbs(Parameters parameters, String room) {
        if (room.equals("presence")) return Set.of(Verb.PRESENCE);
        var verbs = new LinkedHashSet<Verb>();
        verbs.add(Verb.SUBSCRIBE);
        if (isTrue(parameters, "join")) verbs.add(Verb.JOIN);
        if (isTrue(parameters, "presence")) verbs.add(Verb.PRESENCE);
        return verbs;
    }

    private static boolean isTrue(Parameters parameters, String name) {
        return parameters.all(name).contains("true");
    }

    private static boolean permits(Grant grant, Set<Verb> verbs, List<String> channels) {
        try {
            for (String channel : channels) {
                Pattern pattern = Pattern.of(channel);
                for (Verb verb : verbs) if (!grant.permits(verb, pattern)) return false;
            }
            return true;
        } catch (InvalidNameException invalid) {
            return true; // The route refuses it.
        }
    }

    private static boolean isResume(Parameters parameters) {
        if (!parameters.text("lastEventId").orElse("").isEmpty()) return true;
        String after = parameters.text("after").orElse("latest");
        return !after.equals("latest") && !after.equals("earliest");
    }

    private static Map<String, String> headers(RequestHead request, HookSettings settings) {
        var headers = new LinkedHashMap<String, String>();
        for (String name : settings.headers()) {
            String value = request.firstHeader(name);
            if (value != null) headers.put(name, value);
        }
        return headers;
    }

    /// Cookies count under the same conditions as in [dev.sluice.server.auth.BearerToken]: a page of another
    /// site must not use them.
    private static Map<String, String> cookies(Exchange exchange, HookSettings settings, OriginSettings security) {
        var cookies = new LinkedHashMap<String, String>();
        if (settings.cookies().isEmpty()
                || !OriginPolicy.mayUseCookies(exchange.request(), exchange.isSecure(), security)) return cookies;
        for (Cookie each : Cookie.of(exchange.request())) {
            if (settings.cookies().contains(each.name())) cookies.putIfAbsent(each.name(), each.value());
        }
        return cookies;
    }
}
