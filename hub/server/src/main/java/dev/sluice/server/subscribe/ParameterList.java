package dev.sluice.server.subscribe;

import static dev.sluice.server.subscribe.ParameterType.choice;
import static dev.sluice.server.subscribe.ParameterType.flag;
import static dev.sluice.server.subscribe.ParameterType.integer;
import static dev.sluice.server.subscribe.ParameterType.text;

import dev.sluice.core.channel.Selection;
import dev.sluice.core.delivery.stream.SubscriptionSpec.From;
import dev.sluice.core.event.EventType;
import dev.sluice.core.log.Start;
import dev.sluice.server.http.head.Parameters;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.subscribe.SubscribeRequest.Errors;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// The list of parameters: each with the transports that accept it, its values and its description. See
/// `docs/protocol.md` §2.
public final class ParameterList {
    private static final int TYPES_MAX = 64;

    private static final String CURSOR = "{\"$ref\":\"#/components/schemas/Cursor\"}";

    private ParameterList() {}

    /// @param clock the clock for a `since` that is a duration
    /// @param as    the values of `as`, one for each transport
    public static List<SubscribeParameter<?>> of(SubscribeSettings settings, InstantSource clock, List<String> as) {
        return Stream.of(
                        ofSelection(as),
                        ofStart(settings, clock),
                        ofReading(settings),
                        ofStream(settings),
                        ofPresence())
                .flatMap(List::stream)
                .toList();
    }

    private static List<SubscribeParameter<?>> ofSelection(List<String> as) {
        return List.of(
                // Read separately, because a channel may also be named in the path.
                new SubscribeParameter<>(
                        "name",
                        ParameterGroup.CHANNELS,
                        text("{\"type\":\"array\",\"items\":{\"type\":\"string\"},\"maxItems\":"
                                + Selection.PATTERNS_MAX + "}"),
                        "A channel or pattern; may be repeated. Without it, the channels are listed.",
                        true,
                        (_, _) -> {}),
                // Read before all other parameters, which depend on the transport.
                new SubscribeParameter<>(
                        "as",
                        ParameterGroup.TRANSPORT,
                        text(ParameterType.words(as)),
                        "The transport, regardless of Accept.",
                        (_, _) -> {}));
    }

    private static List<SubscribeParameter<?>> ofStart(SubscribeSettings settings, InstantSource clock) {
        return List.of(
                new SubscribeParameter<>(
                        "after",
                        ParameterGroup.START,
                        new ParameterType<>(
                                (query, name, _) -> StartParser.after(query, name),
                                "{\"anyOf\":[" + CURSOR + "," + ParameterType.words(List.of("earliest", "latest"))
                                        + "]}"),
                        "Begin with the first event after this cursor. Without a name, in the list of channels: the name"
                                + " after which the page begins.",
                        (request, from) -> request.from = from),
                new SubscribeParameter<>(
                        "since",
                        ParameterGroup.START,
                        new ParameterType<>((query, name, _) -> StartParser.since(query, name, clock), text().schema()),
                        "Begin with the first event that is not older than this: a duration such as 10m (s, m, h, d), or"
                                + " an instant (RFC 3339).",
                        (request, from) -> request.from = from),
                new SubscribeParameter<>(
                        "last",
                        ParameterGroup.START,
                        integer(0, settings.lastMax()),
                        "Begin with this many of the newest events of the whole selection.",
                        (request, count) -> request.from = new From.At(new Start.Last(count))),
                new SubscribeParameter<>(
                        "snapshot",
                        ParameterGroup.START,
                        flag(),
                        "Begin with the newest event of each key.",
                        (request, is) -> request.from = is ? new From.Snapshot() : request.from),
                new SubscribeParameter<>(
                        "lastEventId",
                        ParameterGroup.RESUME,
                        text(),
                        "Server-Sent Events only: like the header Last-Event-ID, for clients that can't send it. It overrides"
                                + " all other starts, and the header overrides it.",
                        (request, id) -> request.lastEventId = id.isEmpty() ? null : id),
                new SubscribeParameter<>(
                        "before",
                        ParameterGroup.BEFORE,
                        new ParameterType<>((query, name, _) -> StartParser.before(query, name), CURSOR),
                        "Polls and pages: the newest events before this one, oldest first; `more` says whether there are"
                                + " earlier ones.",
                        (request, cursor) -> request.before = cursor));
    }

    private static List<SubscribeParameter<?>> ofReading(SubscribeSettings settings) {
        return List.of(
                new SubscribeParameter<>(
                        "type",
                        ParameterGroup.FILTER,
                        new ParameterType<>(ParameterList::types, text().schema()),
                        "Only these types, separated by commas.",
                        (request, types) -> request.types = types),
                new SubscribeParameter<>(
                        "conflate",
                        ParameterGroup.LAG,
                        flag(),
                        "While the reader lags, skip events whose key has a newer one.",
                        (request, is) -> request.conflate = is),
                new SubscribeParameter<>(
                        "coalesce",
                        ParameterGroup.LAG,
                        flag(),
                        "While the reader lags, join neighbouring text events of the same kind.",
                        (request, is) -> request.coalesce = is),
                new SubscribeParameter<>(
                        "limit",
                        ParameterGroup.ANSWER,
                        integer(1, settings.limitMax(), settings.limitDefault()),
                        "Polls and the list of channels: the maximum number of events, or channels, in an answer.",
                        (request, limit) -> request.limit = limit),
                new SubscribeParameter<>(
                        "wait",
                        ParameterGroup.ANSWER,
                        integer(0, (int) settings.waitMax().toSeconds(), 0),
                        "Polls only: seconds to wait for the first event.",
                        (request, seconds) -> request.waitTime = Duration.ofSeconds(seconds)));
    }

    private static List<SubscribeParameter<?>> ofStream(SubscribeSettings settings) {
        return List.of(
                new SubscribeParameter<>(
                        "envelope",
                        ParameterGroup.ENVELOPE,
                        choice(Map.of("raw", Envelope.RAW, "json", Envelope.JSON)),
                        "The data alone, or the whole event.",
                        (request, envelope) -> request.envelope = envelope),
                new SubscribeParameter<>(
                        "gap",
                        ParameterGroup.GAP,
                        choice(Map.of("event", false, "fail", true)),
                        "Report a gap and continue, or refuse with 410.",
                        (request, fails) -> request.gapFails = fails),
                new SubscribeParameter<>(
                        "heartbeat",
                        ParameterGroup.HEARTBEAT,
                        new ParameterType<>(
                                (query, name, transport) -> HeartbeatInterval.read(query, name, transport, settings),
                                text().schema()),
                        "Streams: seconds from " + settings.heartbeatMin().toSeconds() + " to "
                                + settings.heartbeatMax().toSeconds()
                                + "; for Server-Sent Events also their form: 'event' or 'field', alone or after the seconds"
                                + " and a comma.",
                        (request, heartbeat) -> request.heartbeat = heartbeat),
                new SubscribeParameter<>(
                        "padding",
                        ParameterGroup.PADDING,
                        integer(0, settings.paddingBytesMax(), 0),
                        "Server-Sent Events only: the length in bytes of a comment before anything else.",
                        (request, bytes) -> request.paddingBytes = bytes),
                new SubscribeParameter<>(
                        "errors",
                        ParameterGroup.ERRORS,
                        choice(Errors.WORDS),
                        "Server-Sent Events and WebSocket: send all refusals within the transport, or all as a status.",
                        (request, errors) -> request.errors = errors));
    }

    private static List<SubscribeParameter<?>> ofPresence() {
        return List.of(
                new SubscribeParameter<>(
                        "presence",
                        ParameterGroup.PRESENCE,
                        flag(),
                        "Also the changes of the channels' members: for each channel, named in full, its"
                                + " $presence/CHANNEL.",
                        (request, is) -> request.presence = is),
                new SubscribeParameter<>(
                        "join",
                        ParameterGroup.JOIN,
                        flag(),
                        "Streams and long polls, together with client: makes the client a member of each channel, named"
                                + " in full, as long as the subscription lasts.",
                        (request, is) -> request.join = is),
                new SubscribeParameter<>(
                        "client",
                        ParameterGroup.CLIENT,
                        text("{\"type\":\"string\",\"minLength\":1,\"maxLength\":255}"),
                        "The name of the client that joins.",
                        (request, client) -> request.client = client));
    }

    private static Set<String> types(Parameters query, String name, TransportSpec transport) {
        var types = new LinkedHashSet<>(query.list(name));
        if (types.size() > TYPES_MAX) throw query.wrong(name, "a list of at most " + TYPES_MAX + " types");
        for (String type : types) {
            try {
                EventType.checkSyntax(type);
            } catch (IllegalArgumentException invalid) {
                throw Problems.BAD_PARAMETER.refused(
                        name,
                        "In " + name + "=, " + invalid.getMessage() + "; give one or several, with commas between.");
            }
        }
        return types;
    }
}
