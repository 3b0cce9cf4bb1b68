package dev.sluice.server.publish;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.EventFields;
import dev.sluice.core.event.EventType;
import dev.sluice.core.event.TraceParent;
import dev.sluice.core.lease.Leases;
import dev.sluice.core.log.Conditions.Newest;
import dev.sluice.server.http.head.ChannelNames;
import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.MediaType;
import dev.sluice.server.http.head.Parameters;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.RequestHead;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The parsed and validated head of a publish. `docs/protocol.md` §3.
///
/// @param fields       the fields of the event; without `from`, the publisher is the client itself
/// @param remove         whether the event removes its key
/// @param close          whether the channel ends after the event
/// @param lease          the lease that the publish gives the channel, or renews; null for none
/// @param split          how a streamed body is split into events
/// @param idempotencyKey the publisher's key for this publish
/// @param newest         the condition on the channel's newest event
record PublishRequest(
        ChannelName channel,
        DataKind kind,
        String type,
        EventFields fields,
        boolean remove,
        boolean close,
        @Nullable Duration lease,
        Split split,
        Optional<IdempotencyKey> idempotencyKey,
        Newest newest) {
    enum Split {
        NONE,
        LINE,
        CHUNK
    }

    private static final Map<String, Split> SPLITS = Map.of("line", Split.LINE, "chunk", Split.CHUNK);
    private static final Set<String> PARAMETERS = Stream.concat(
                    EventFields.TEXTS.stream(), Stream.of("type", "close", "remove", "split", "lease"))
            .collect(Collectors.toUnmodifiableSet());

    /// @throws dev.sluice.server.http.head.ProblemException with a message for the publisher
    static PublishRequest parse(RequestHead request) {
        Parameters query = request.parameters();
        query.allow(PARAMETERS);
        refuseCodings(request);
        var split = query.choice("split", SPLITS).orElse(Split.NONE);
        String type = query.text("type").orElse(EventType.MESSAGE);
        checkType(type);
        EventFields fields = headerFields(request);
        for (String name : EventFields.TEXTS)
            fields = with(fields, name, query.text(name).orElse(null));
        var parsed = new PublishRequest(
                channel(request.path().after(1), "path"),
                kind(request, split),
                type,
                fields,
                query.flag("remove"),
                query.flag("close"),
                lease(query, "lease"),
                split,
                IdempotencyKey.of(request),
                Preconditions.of(request));
        parsed.checkTogether(request);
        return parsed;
    }

    /// The trace of a request. If the header is missing, invalid or repeated, a new trace begins; a publish is
    /// not refused for that (W3C Trace Context §4.3).
    static EventFields headerFields(RequestHead request) {
        List<String> values = request.headers(EventFields.TRACE_PARENT);
        return EventFields.NONE.in(values.size() == 1 ? TraceParent.parse(values.getFirst()) : null);
    }

    /// @param field the parameter or member that has the name, for the refusal
    static ChannelName channel(String name, String field) {
        ChannelName channel = ChannelNames.of(name, field);
        if (!channel.isReserved()) return channel;
        throw Problems.RESERVED_NAME.refused(
                field, "Names with '$' at the beginning of a segment are the server's: choose another.");
    }

    /// The duration of a lease in seconds; null if the parameter is absent.
    static @Nullable Duration lease(Parameters query, String parameter) {
        OptionalInt seconds = query.integer(parameter, (int) Leases.MIN.toSeconds(), (int) Leases.MAX.toSeconds());
        return seconds.isPresent() ? Duration.ofSeconds(seconds.getAsInt()) : null;
    }

    static void checkType(String type) {
        try {
            EventType.check(type);
        } catch (IllegalArgumentException broken) {
            throw badField("type", broken);
        }
    }

    /// See [EventFields#with].
    static EventFields with(EventFields fields, String name, @Nullable String text) {
        try {
            return fields.with(name, text);
        } catch (IllegalArgumentException broken) {
            throw badField(name, broken);
        }
    }

    private static ProblemException badField(String name, IllegalArgumentException broken) {
        return Problems.BAD_PARAMETER.refused(name, "In " + name + "=, " + broken.getMessage() + ".");
    }

    /// Refuses compressed and partial bodies, which would be stored as if they were the data.
    static void refuseCodings(RequestHead request) {
        request.header(HeaderNames.CONTENT_ENCODING)
                // Some clients and proxies send an empty list of codings (RFC 9110 §5.6.1) for none.
                .filter(coding -> !coding.isBlank() && !coding.equalsIgnoreCase("identity"))
                .ifPresent(coding -> {
                    throw new ProblemException(Problems.UNSUPPORTED_TYPE
                            .of(
                                    "Content-Encoding",
                                    "Data is accepted uncompressed only, not as " + Problems.quoted(coding) + ".")
                            .withHeader("Accept-Encoding", "identity"));
                });
        if (request.hasHeader(HeaderNames.CONTENT_RANGE)) {
            throw Problems.BAD_HEADER.refused(
                    "Content-Range", "An event is published whole (RFC 9110 §14.5): leave Content-Range out.");
        }
    }

    private static DataKind kind(RequestHead request, Split split) {
        DataKind kind = DataKind.of(request.header(HeaderNames.CONTENT_TYPE), "Content-Type");
        // Each line of a JSON lines body is JSON.
        return split == Split.LINE && isJsonLines(kind.type()) ? DataKind.JSON : kind;
    }

    private static boolean isJsonLines(String type) {
        return MediaType.parse(type).filter(MediaType::isJsonLines).isPresent();
    }

    private void checkTogether(RequestHead request) {
        if (remove && fields.key() == null) {
            throw Problems.BAD_PARAMETER.refused("remove", "Only a key can be removed: name it with key=.");
        }
        if (split == Split.NONE) return;
        Preconditions.none(request, "a streamed body");
        if (remove) throw Problems.BAD_PARAMETER.refused("remove", "A key is removed by one event: leave split= out.");
        if (split == Split.LINE) return;
        if (idempotencyKey.isPresent()) {
            throw Problems.BAD_HEADER.refused(
                    "Idempotency-Key",
                    "A repetition may arrive in other chunks, so it can't be recognised:"
                            + " use split=line, or leave the key out.");
        }
        if (kind.kind() == ContentKind.JSON) {
            throw Problems.BAD_PARAMETER.refused(
                    "split", "A chunk need not be a whole JSON value: use split=line, or another Content-Type.");
        }
    }

    /// See [IdempotencyKey#fingerprinted].
    String[] fingerprinted() {
        return IdempotencyKey.fingerprinted(kind.type(), type, fields, remove, close, split.name(), newest);
    }
}
