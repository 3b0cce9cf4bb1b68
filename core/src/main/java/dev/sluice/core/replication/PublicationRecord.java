package dev.sluice.core.replication;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.TraceParent;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Conditions.Idempotency;
import dev.sluice.core.log.Conditions.Newest;
import dev.sluice.core.log.Publication;
import dev.sluice.core.record.RecordInput;
import dev.sluice.core.record.RecordOutput;
import org.jspecify.annotations.Nullable;

/// A publication as bytes:
///
/// ```
/// flags 2 | channel | type | key, if any | from, if any | trace 25, if any | idempotency: publisher, key,
/// fingerprint, if any | newest, if required | media type and data, if any
/// ```
final class PublicationRecord {
    private static final int ENDS = 1;
    private static final int KEY_ENDS = 1 << 1;
    private static final int HAS_KEY = 1 << 2;
    private static final int HAS_FROM = 1 << 3;
    private static final int HAS_TRACE = 1 << 4;
    private static final int HAS_CONTENT = 1 << 5;
    private static final int JSON = 1 << 6;
    private static final int BINARY = 1 << 7;
    private static final int IS_IDEMPOTENT = 1 << 8;
    private static final int NEWEST_IS_NONE = 1 << 9;
    private static final int NEWEST_IS = 1 << 10;
    private static final int KNOWN = (1 << 11) - 1;

    private PublicationRecord() {}

    static void write(RecordOutput out, Publication publication) {
        Draft draft = publication.draft();
        Idempotency idempotency = publication.conditions().idempotency();
        Newest newest = publication.conditions().newest();
        int flags = flags(draft) | (idempotency == null ? 0 : IS_IDEMPOTENT) | flags(newest);
        out.octet(flags >>> 8).octet(flags).text(draft.channel().value()).text(draft.type());
        if (draft.key() != null) out.text(draft.key());
        if (draft.from() != null) out.text(draft.from());
        TraceParent trace = draft.traceParent();
        if (trace != null) {
            out.fixed(trace.traceHigh())
                    .fixed(trace.traceLow())
                    .fixed(trace.span())
                    .octet(trace.flags());
        }
        if (idempotency != null) {
            out.text(idempotency.publisher()).text(idempotency.key()).text(idempotency.fingerprint());
        }
        if (newest instanceof Newest.Is(String id)) out.text(id);
        Content content = draft.content();
        if (content != null)
            out.text(content.type()).number(content.bytes().length).rest(content.bytes());
    }

    private static int flags(Draft draft) {
        Content content = draft.content();
        int kind = content == null
                ? 0
                : HAS_CONTENT
                        | switch (content.kind()) {
                            case TEXT -> 0;
                            case JSON -> JSON;
                            case BINARY -> BINARY;
                        };
        return kind
                | (draft.ends() ? ENDS : 0)
                | (draft.keyEnds() ? KEY_ENDS : 0)
                | (draft.key() != null ? HAS_KEY : 0)
                | (draft.from() != null ? HAS_FROM : 0)
                | (draft.traceParent() != null ? HAS_TRACE : 0);
    }

    private static int flags(Newest newest) {
        return switch (newest) {
            case Newest.Any _ -> 0;
            case Newest.None _ -> NEWEST_IS_NONE;
            case Newest.Is _ -> NEWEST_IS;
        };
    }

    static Publication read(RecordInput in) {
        int flags = in.octet() << 8 | in.octet();
        if ((flags & ~KNOWN) != 0) throw new RecordInput.BrokenRecordException();
        ChannelName channel = new ChannelName(in.text());
        String type = in.text();
        @Nullable String key = has(flags, HAS_KEY) ? in.text() : null;
        @Nullable String from = has(flags, HAS_FROM) ? in.text() : null;
        @Nullable
        TraceParent trace =
                has(flags, HAS_TRACE) ? new TraceParent(in.fixed(), in.fixed(), in.fixed(), (byte) in.octet()) : null;
        @Nullable
        Idempotency idempotency = has(flags, IS_IDEMPOTENT) ? new Idempotency(in.text(), in.text(), in.text()) : null;
        Newest newest = has(flags, NEWEST_IS)
                ? new Newest.Is(in.text())
                : has(flags, NEWEST_IS_NONE) ? new Newest.None() : new Newest.Any();
        ContentKind kind =
                has(flags, JSON) ? ContentKind.JSON : has(flags, BINARY) ? ContentKind.BINARY : ContentKind.TEXT;
        @Nullable Content content = has(flags, HAS_CONTENT) ? new Content(kind, in.text(), in.bytes()) : null;
        Draft draft = new Draft(channel, type, key, from, content, has(flags, KEY_ENDS), has(flags, ENDS), trace);
        return new Publication(draft, new Conditions(idempotency, newest));
    }

    private static boolean has(int flags, int flag) {
        return (flags & flag) != 0;
    }
}
