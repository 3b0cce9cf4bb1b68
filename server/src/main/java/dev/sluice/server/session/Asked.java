package dev.sluice.server.session;

import dev.sluice.server.http.Nearest;
import dev.sluice.server.http.Parameters;
import dev.sluice.server.http.Path;
import dev.sluice.server.http.Problems;
import dev.sluice.server.http.Refused;
import dev.sluice.server.http.Request;
import dev.sluice.server.json.InvalidJson;
import dev.sluice.server.json.Json;
import dev.sluice.server.json.JsonObjectReader;
import dev.sluice.server.publish.Utf8;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One message of a client: an object with an `op`.
final class Asked {
    private static final int REF_BYTES_MAX = 128;

    private final Map<String, JsonObjectReader.Value> members = new LinkedHashMap<>();

    private Asked() {}

    /// @throws Refused with a sentence for who wrote the client
    static Asked read(byte[] message) {
        int broken = Utf8.brokenAt(message);
        if (broken >= 0) throw bad(null, "This is no UTF-8 from byte " + broken + " on.");
        Asked asked = new Asked();
        try {
            var object = new JsonObjectReader(message);
            for (String name = object.next(); name != null; name = object.next()) {
                asked.members.put(name, object.value());
            }
        } catch (InvalidJson invalid) {
            throw bad(null, "This is not one JSON object: " + invalid.getMessage() + ".");
        }
        return asked;
    }

    /// As they came.
    Map<String, JsonObjectReader.Value> members() {
        return members;
    }

    String op() {
        JsonObjectReader.Value op = members.get("op");
        if (op == null || op.text() == null) throw bad("op", "The message has no op, which is a string.");
        return op.text();
    }

    /// What the client calls it, as JSON; null: nothing that can be said.
    @Nullable
    String ref() {
        JsonObjectReader.Value ref = members.get("ref");
        if (ref == null) return null;
        byte[] bytes = ref.bytes();
        if (bytes.length > REF_BYTES_MAX) return null;
        boolean isNumber = bytes[0] == '-' || Character.isDigit(bytes[0]);
        return ref.text() != null || isNumber ? new String(bytes, StandardCharsets.UTF_8).strip() : null;
    }

    /// The same, where there has to be one.
    String neededRef() {
        String ref = ref();
        if (ref == null) throw bad("ref", "The ref is a string or number of at most " + REF_BYTES_MAX + " bytes.");
        return ref;
    }

    /// The ref without quotation marks: what subscriptions are told apart by.
    String name() {
        String text = members.containsKey("ref") ? members.get("ref").text() : null;
        return text == null ? neededRef() : text;
    }

    /// Makes sure that it has no other members than these, besides `op`.
    void allow(Set<String> known) {
        for (String name : members.keySet()) {
            if (name.equals("op") || known.contains(name)) continue;
            throw bad(
                    Problems.bare(name),
                    "There is no member " + Problems.quoted(name) + " here. " + Nearest.advice(name, known));
        }
    }

    String text(String name) {
        JsonObjectReader.Value value = members.get(name);
        if (value == null || value.text() == null) throw bad(name, "The member '" + name + "' is a string.");
        return value.text();
    }

    /// As if a URL had said it: a subscription is read by the same rules however it comes.
    ///
    /// @param names      members that are parameters
    /// @param parameters further ones
    Request asRequest(Set<String> names, Map<String, List<String>> parameters) {
        var all = new LinkedHashMap<>(parameters);
        for (String name : names) {
            JsonObjectReader.Value value = members.get(name);
            if (value == null) continue;
            List<String> texts = texts(name, value);
            if (texts.isEmpty()) throw bad(name, "The list '" + name + "' is empty: leave it out.");
            all.put(name, texts.size() > 1 ? List.of(String.join(",", texts)) : texts);
        }
        return new Request(
                HttpMethod.GET,
                Path.of("/channels"),
                Parameters.of(all),
                EmptyHttpHeaders.INSTANCE,
                HttpVersion.HTTP_1_1,
                null);
    }

    /// The texts of a string, a list of strings, or another scalar.
    List<String> texts(String name) {
        JsonObjectReader.Value value = members.get(name);
        return value == null ? List.of() : texts(name, value);
    }

    private static List<String> texts(String name, JsonObjectReader.Value value) {
        if (value.text() != null) return List.of(value.text());
        byte[] bytes = value.bytes();
        byte first = bytes[0];
        if (first == '{' || first == 'n') throw bad(name, "The member '" + name + "' is no object, and not null.");
        if (first != '[') return List.of(new String(bytes, StandardCharsets.UTF_8).strip());
        try {
            List<String> texts = new ArrayList<>();
            for (Object each : Json.read(bytes, List.class)) {
                if (!(each instanceof String text)) throw bad(name, "The member '" + name + "' is a list of strings.");
                texts.add(text);
            }
            return texts;
        } catch (InvalidJson invalid) {
            throw bad(name, "The member '" + name + "' is a list of strings.");
        }
    }

    static Refused bad(@Nullable String field, String what) {
        return Problems.BAD_MESSAGE.refused(field, what);
    }
}
