package dev.sluice.server.transport;

import dev.sluice.core.channel.InvalidName;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.Subscription;
import dev.sluice.core.event.EventType;
import dev.sluice.server.http.Parameters;
import dev.sluice.server.http.Problems;
import dev.sluice.server.http.Request;
import dev.sluice.server.presence.Attending;
import dev.sluice.server.presence.Reception;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a client asks for when it subscribes, every parameter checked. `docs/protocol.md` §2.
///
/// @param transport      how it is to be answered
/// @param subscription   what is to be read
/// @param isOfOne        whether one channel was asked for, named in full, which is the first of what is to be read
/// @param attending      whom it makes a member of its channels
/// @param limit          of events in an answer to a poll
/// @param waitTime       how long a poll waits for the first; zero for a plain poll
/// @param before         for a poll that pages back: the event before which it ends
/// @param envelope       whether the data stands alone or within the whole event
/// @param heartbeat      how often a stream shows that it lives
/// @param heartbeatEvent whether that is an event to the page (SSE)
/// @param paddingBytes   of a comment in front of everything (SSE)
/// @param errors         how refusals are told
public record SubscribeRequest(
        Transport transport,
        Subscription subscription,
        boolean isOfOne,
        Attending attending,
        int limit,
        Duration waitTime,
        @Nullable Cursor before,
        Envelope envelope,
        Duration heartbeat,
        boolean heartbeatEvent,
        int paddingBytes,
        Errors errors) {
    /// What stands for an event on the wire.
    public enum Envelope {
        RAW,
        JSON
    }

    /// How a refusal reaches a client to whom a status says too little.
    public enum Errors {
        /// Passing ones as an event to SSE, all others as a status.
        USUAL,
        /// All within the transport: as an event, or a WebSocket's close code.
        EVENT,
        /// All as a status.
        STATUS
    }

    private static final Set<String> SINGLE = Set.of(
            "as",
            "after",
            "since",
            "last",
            "snapshot",
            "before",
            "type",
            "conflate",
            "coalesce",
            "limit",
            "wait",
            "envelope",
            "gap",
            "heartbeat",
            "padding",
            "errors",
            "presence",
            "join",
            "client");

    /// A page takes all of them: it hands them on to the stream that it opens.
    private static final Map<String, Set<Transport>> ONLY = Map.of(
            "limit", Set.of(Transport.POLL, Transport.LONG_POLL, Transport.PAGE),
            "wait", Set.of(Transport.POLL, Transport.LONG_POLL, Transport.PAGE),
            "before", Set.of(Transport.POLL, Transport.PAGE),
            "heartbeat", Set.of(Transport.SSE, Transport.WEBSOCKET, Transport.NDJSON, Transport.TEXT, Transport.PAGE),
            "padding", Set.of(Transport.SSE, Transport.PAGE),
            "errors", Set.of(Transport.SSE, Transport.WEBSOCKET, Transport.PAGE),
            "join", EnumSet.complementOf(EnumSet.of(Transport.POLL)));

    private static final int TYPES_MAX = 64;

    /// @param transport what [Negotiation] found
    /// @param clock     for `since` as a duration
    /// @param reception for who joins
    /// @throws dev.sluice.server.http.Refused with a sentence for the person who wrote the URL
    public static SubscribeRequest parse(
            Request request,
            Transport transport,
            SubscribeSettings settings,
            InstantSource clock,
            Reception reception) {
        Parameters query = request.parameters();
        query.allow(SINGLE, Set.of("name"));
        ONLY.forEach((name, transports) -> {
            if (query.has(name) && !transports.contains(transport)) throw transport.refused(name);
        });
        Selection named = selection(request);
        boolean watches = query.flag("presence");
        Selection selection = watches ? Reception.watching(named) : named;
        Envelope envelope = envelope(query, transport, selection);
        int limit = query.integer("limit", 1, settings.limitMax()).orElse(settings.limitDefault());
        int wait =
                query.integer("wait", 0, (int) settings.waitMax().toSeconds()).orElse(0);
        var beginning = new Beginnings(request, transport, settings, clock).find(limit);
        var heartbeat = Heartbeat.parse(query, transport, settings);
        var subscription = new Subscription(
                selection,
                watches ? Reception.watching(types(query)) : types(query),
                beginning.from(),
                query.flag("conflate"),
                query.flag("coalesce"),
                gapFails(query, transport, envelope));
        return new SubscribeRequest(
                transport,
                subscription,
                named.isSingle(),
                reception.asked(request, named),
                limit,
                Duration.ofSeconds(wait),
                beginning.before(),
                envelope,
                heartbeat.every(),
                heartbeat.event(),
                query.integer("padding", 0, settings.paddingBytesMax()).orElse(0),
                query.choice("errors", Map.of("event", Errors.EVENT, "status", Errors.STATUS))
                        .orElse(Errors.USUAL));
    }

    /// How refusals are to be told, found without refusing anything: for a request that may be wrong in other places.
    public static Errors errors(Request request) {
        return switch (request.parameters().text("errors").orElse("")) {
            case "event" -> Errors.EVENT;
            case "status" -> Errors.STATUS;
            default -> Errors.USUAL;
        };
    }

    private static Selection selection(Request request) {
        String path = request.path().after(1);
        List<String> names = request.parameters().all("name");
        boolean inPath = request.path().segments().size() > 1;
        if (inPath && !names.isEmpty()) {
            throw Problems.BAD_PARAMETER.refused(
                    "name", "Channels are named in the path or with name=, not both: leave one of them out.");
        }
        if (!inPath && names.isEmpty()) {
            throw Problems.BAD_PARAMETER.refused(
                    "name", "Which channels? Name one in the path, as /channels/NAME, or several with name=.");
        }
        if (names.size() > Selection.PATTERNS_MAX) {
            throw Problems.BAD_PARAMETER.refused(
                    "name",
                    "A selection has at most " + Selection.PATTERNS_MAX + " names, this one has " + names.size()
                            + ": use wildcards, or several subscriptions.");
        }
        try {
            return new Selection(
                    (inPath ? List.of(path) : names).stream().map(Pattern::of).toList());
        } catch (InvalidName invalid) {
            throw Problems.BAD_NAME.refused(inPath ? "path" : "name", "The channel " + invalid.getMessage() + ".");
        }
    }

    private static Set<String> types(Parameters query) {
        var types = new LinkedHashSet<>(query.list("type"));
        if (types.size() > TYPES_MAX) throw query.wrong("type", "a list of at most " + TYPES_MAX + " types");
        for (String type : types) {
            try {
                EventType.checkForm(type);
            } catch (IllegalArgumentException invalid) {
                throw Problems.BAD_PARAMETER.refused(
                        "type", "In type=, " + invalid.getMessage() + "; give one or several, with commas between.");
            }
        }
        return types;
    }

    private static Envelope envelope(Parameters query, Transport transport, Selection selection) {
        var asked = query.choice("envelope", Map.of("raw", Envelope.RAW, "json", Envelope.JSON));
        Envelope envelope = asked.orElse(
                switch (transport) {
                    case SSE -> selection.isSingle() ? Envelope.RAW : Envelope.JSON;
                    case TEXT -> Envelope.RAW;
                    case WEBSOCKET, NDJSON, LONG_POLL, POLL, PAGE -> Envelope.JSON;
                });
        boolean fits = switch (transport) {
            case SSE, PAGE -> true;
            // A frame is the data of that one channel: with several nobody could tell whose.
            case WEBSOCKET -> envelope == Envelope.JSON || selection.isSingle();
            case TEXT -> envelope == Envelope.RAW;
            case NDJSON, LONG_POLL, POLL -> envelope == Envelope.JSON;
        };
        if (fits) return envelope;
        throw Problems.BAD_PARAMETER.refused(
                "envelope",
                transport == Transport.WEBSOCKET
                        ? "A raw WebSocket is for one channel named in full, and nothing besides:"
                                + " name one, or use envelope=json."
                        : "The envelope of " + transport.title() + " is always "
                                + (transport == Transport.TEXT ? "raw" : "json") + ": leave envelope= out.");
    }

    private static boolean gapFails(Parameters query, Transport transport, Envelope envelope) {
        var asked = query.choice("gap", Map.of("event", false, "fail", true));
        // These have no words for a gap, so it is never passed over.
        boolean speechless =
                transport == Transport.TEXT || (transport == Transport.WEBSOCKET && envelope == Envelope.RAW);
        if (speechless && asked.isPresent() && !asked.get()) {
            throw Problems.BAD_PARAMETER.refused(
                    "gap", "There is no way to tell of a gap in " + transport.title() + " that is raw: use gap=fail.");
        }
        return speechless || asked.orElse(false);
    }
}
