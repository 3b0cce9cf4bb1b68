package dev.sluice.core.replication;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.ContentKind;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventFields;
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
/// flags 2 | channel | type | fields | idempotency: publisher, key, fingerprint, if any | newest, if required |
/// media type and data, if any
/// ```
/// Three bits of the flags belong to the first three fields of the event, and the bits from number 11 on to
/// its later fields.
final class PublicationRecord {
    private static final int ENDS = 1;
    private static final int KEY_ENDS = 1 << 1;
    private static final int FIELDS = 2; // Bits before those of the first fields.
    private static final int HAS_CONTENT = 1 << 5;
    private static final int JSON = 1 << 6;
    private static final int BINARY = 1 << 7;
    private static final int IS_IDEMPOTENT = 1 << 8;
    private static final int NEWEST_IS_NONE = 1 << 9;
    private static final int NEWEST_IS = 1 << 10;
    private static final int LATER_FIELDS = 11;

    private PublicationRecord() {}

    static void write(RecordOutput out, Publication publication) {
        Draft draft = publication.draft();
        Idempotency idempotency = publication.conditions().idempotency();
        Newest newest = publication.conditions().newest();
        int flags = flags(draft) | (idempotency == null ? 0 : IS_IDEMPOTENT) | flags(newest);
        out.octet(flags >>> 8).octet(flags).text(draft.channel().value()).text(draft.type());
        draft.write(out);
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
                | (draft.bits() & 7) << FIELDS
                | draft.bits() >> 3 << LATER_FIELDS;
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
        ChannelName channel = new ChannelName(in.text());
        String type = in.text();
        EventFields fields = EventFields.read(((flags >> FIELDS) & 7) | ((flags >> LATER_FIELDS) << 3), in);
        @Nullable
        Idempotency idempotency = has(flags, IS_IDEMPOTENT) ? new Idempotency(in.text(), in.text(), in.text()) : null;
        Newest newest = has(flags, NEWEST_IS)
                ? new Newest.Is(in.text())
                : has(flags, NEWEST_IS_NONE) ? new Newest.None() : new Newest.Any();
        ContentKind kind =
                has(flags, JSON) ? ContentKind.JSON : has(flags, BINARY) ? ContentKind.BINARY : ContentKind.TEXT;
        @Nullable Content content = has(flags, HAS_CONTENT) ? new Content(kind, in.text(), in.bytes()) : null;
        Draft draft = new Draft(channel, type, fields, content, has(flags, KEY_ENDS), has(flags, ENDS));
        return new Publication(draft, new Conditions(idempotency, newest));
    }

    private static boolean has(int flags, int flag) {
        return (flags & flag) != 0;
    }
}
