package dev.sluice.server.presence;

import dev.sluice.core.encoding.ByteBuilder;
import dev.sluice.core.presence.Members.Member;
import dev.sluice.server.http.InFlightBytes;
import dev.sluice.server.json.Json;
import dev.sluice.server.json.Timestamp;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/// Encodes a list of members as JSON, `[{"client":"alice","time":"…"}]`, in steps: a channel may have all clients of
/// the
/// hub as members, and other tasks of the event loop run between two steps.
public final class MemberListEncoder {
    /// The amount encoded in one turn of the event loop: some hundred microseconds.
    static final int STEP_BYTES = 64 << 10;

    /// Members encoded between two looks at the amount.
    private static final int GROUP = 64;

    private final List<Member> members;
    private final InFlightBytes.Holder budget;
    private final long countedMax;
    private final ByteBuilder out;
    private int encoded;
    private long counted;

    /// @param unread the budget for answers
    /// @param budget counts the bytes of the list there
    /// @param out    receives the list
    public MemberListEncoder(List<Member> members, InFlightBytes unread, InFlightBytes.Holder budget, ByteBuilder out) {
        this.members = members;
        this.budget = budget;
        this.countedMax = unread.bytesMax() / 4; // Any list fits in, though perhaps nothing else beside it.
        this.out = out;
        out.write('[');
    }

    /// Encodes some more members.
    ///
    /// @return true if the list is complete
    /// @throws dev.sluice.server.http.head.ProblemException `503` if the budget has no room for them
    public boolean encodeSome() {
        int from = out.size();
        while (encoded < members.size() && out.size() - from < STEP_BYTES) {
            List<Member> group = members.subList(encoded, Math.min(encoded + GROUP, members.size()));
            byte[] array = Json.bytes(json -> write(json, group));
            if (encoded > 0) out.write(',');
            out.write(array, 1, array.length - "[]\n".length());
            encoded += group.size();
        }
        if (encoded == members.size()) out.write(']');
        long more = Math.min(out.size() - from, countedMax - counted);
        budget.take(more);
        counted += more;
        return encoded == members.size();
    }

    /// The bytes of the budget that the list holds so far.
    public long counted() {
        return counted;
    }

    private static void write(JsonGenerator json, List<Member> group) {
        json.writeStartArray();
        for (Member member : group) {
            json.writeStartObject();
            json.writeStringProperty("client", member.client());
            json.writeStringProperty("time", Timestamp.of(member.timeMs()));
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
