package dev.sluice.mercure;

import dev.sluice.Request;
import dev.sluice.Response;
import dev.sluice.Sluice;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/// Serves the channels of a hub by the Mercure protocol, 0.x and 1.0.
public final class Mercure {

    private static final URI NO_HOST = URI.create("https://hub.invalid");
    private static final String METADATA = "/.well-known/oauth-protected-resource"; // RFC 9728 §3.

    /// What pages of other origins may read.
    private static final String EXPOSED = "Link, Mercure-Last-Event-ID, Last-Event-ID, WWW-Authenticate";

    private Mercure() {}

    /// Adds the protocol to a hub that has not been started.
    public static void on(Sluice hub, MercureSettings settings) {
        on(hub, settings, InstantSource.system(), Limits.of(hub.reserveHeap()));
    }

    /// @param clock decides when a token expires
    static void on(Sluice hub, MercureSettings settings, InstantSource clock, Limits limits) {
        Topics topics = new Topics(settings.path(), settings.channels());
        Tokens tokens = new Tokens(settings, clock);
        Ids ids = new Ids(hub, limits.bytesMax());
        Publisher publisher = new Publisher(hub, settings, topics, tokens);
        Subscriptions subscriptions = new Subscriptions(hub, settings, tokens, ids, limits.bytesMax());
        Subscriber subscriber = new Subscriber(hub, settings, topics, tokens, ids, subscriptions, limits);
        retention().forEach(hub::rule);
        hub.post(settings.path(), request -> answer(request, settings, publisher::publish));
        hub.get(settings.path(), request -> answer(request, settings, subscriber::subscribe));
        if (settings.hasSubscriptions()) {
            hub.get(settings.path() + "/subscriptions", request -> answer(request, settings, subscriptions::list));
            hub.get(settings.path() + "/subscriptions/**", request -> answer(request, settings, subscriptions::list));
        }
        if (settings.issuer() != null) hub.get(METADATA + settings.path(), _ -> metadata(settings));
    }

    /// Returns the retention of the protocol's own channels, as settings of [Sluice#rule] by channels. A hub whose
    /// log is opened before the protocol is added to it has these rules from the start.
    public static Map<String, Map<String, String>> retention() {
        return Map.of(
                Ids.CHANNEL, Map.of("retention.max_events", "" + Ids.KNOWN_MAX),
                Topics.SUBSCRIPTIONS, Map.of("retention.max_events", "10000", "retention.max_age", "1d"));
    }

    private interface Operation {
        Response run(Request request) throws InterruptedException;
    }

    private static Response answer(Request request, MercureSettings settings, Operation operation)
            throws InterruptedException {
        Response response;
        try {
            response = operation.run(request);
        } catch (RefusedException refused) {
            response =
                    refused.response(settings.issuer() == null ? null : address(request, METADATA + settings.path()));
        }
        return response.header("Access-Control-Expose-Headers", EXPOSED);
    }

    /// Has Mercure's members, too.
    private static Response metadata(MercureSettings settings) {
        return Response.json(Map.of(
                "resource", String.valueOf(settings.audience()),
                "authorization_details_types_supported", List.of(Token.DETAIL),
                "bearer_methods_supported", List.of("header"),
                "mercure_cookie", Tokens.COOKIES.getFirst(),
                "mercure_matcher_types_supported", List.of(Selector.EXACT, Selector.URL_PATTERN),
                "mercure_subscriptions", settings.hasSubscriptions()));
    }

    /// Returns an address of the hub as the client knows it.
    static String address(Request request, String path) {
        String url = request.url();
        int scheme = url.indexOf("://");
        return (scheme < 0 ? "" : url.substring(0, url.indexOf('/', scheme + "://".length()))) + path;
    }

    /// Returns the hub's address as the base of relative topics.
    static URI base(Request request, String path) {
        try {
            URI base = new URI(address(request, path));
            if (base.getHost() != null) return base;
        } catch (URISyntaxException noUrl) {
            // As good as none: a name that only the resolver of the client accepts.
        }
        return NO_HOST.resolve(path);
    }
}
