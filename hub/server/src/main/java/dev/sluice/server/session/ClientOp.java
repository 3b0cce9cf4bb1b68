package dev.sluice.server.session;

import dev.sluice.server.http.TokenGrants;
import dev.sluice.server.http.head.Parameters;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.Suggestion;
import dev.sluice.server.json.InvalidJsonException;
import dev.sluice.server.json.Json;
import dev.sluice.server.json.JsonObjectReader;
import dev.sluice.server.publish.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One message of a client: an object with the member `op`.
final class ClientOp {
    private static final int REF_BYTES_MAX = 128;

    private final Map<String, JsonObjectReader.Value> members = new LinkedHashMap<>();

    private ClientOp() {}

    /// @throws ProblemException with a detail for the author of the client
    static ClientOp read(byte[] message) {
        int broken = Utf8.brokenAt(message);
        if (broken >= 0) throw bad(null, "The message is not valid UTF-8 from byte " + broken + " on.");
        ClientOp op = new ClientOp();
        try {
            var object = new JsonObjectReader(message);
            for (String name = object.next(); name != null; name = object.next()) {
                op.members.put(name, object.value());
            }
        } catch (InvalidJsonException invalid) {
            throw bad(null, "The message is not one JSON object: " + invalid.getMessage() + ".");
        }
        return op;
    }

    /// The members in the order received.
    Map<String, JsonObjectReader.Value> members() {
        return members;
    }

    String op() {
        JsonObjectReader.Value op = members.get("op");
        if (op == null || op.text() == null) throw bad("op", "The message needs the member 'op', a string.");
        return op.text();
    }

    /// The client's `ref` as JSON; null if it is absent, of the wrong type or too long.
    @Nullable
    String ref() {
        JsonObjectReader.Value ref = members.get("ref");
        if (ref == null) return null;
        byte[] bytes = ref.bytes();
        if (bytes.length > REF_BYTES_MAX) return null;
        boolean isNumber = bytes[0] == '-' || Character.isDigit(bytes[0]);
        return ref.isString() || isNumber ? new String(bytes, StandardCharsets.UTF_8).strip() : null;
    }

    /// The client's `ref` as JSON, if the operation requires one.
    String requiredRef() {
        String ref = ref();
        if (ref == null)
            throw bad("ref", "The member 'ref' must be a string or a number of at most " + REF_BYTES_MAX + " bytes.");
        return ref;
    }

    /// The ref without quotation marks, which identifies a subscription.
    String name() {
        String text = members.containsKey("ref") ? members.get("ref").text() : null;
        return text == null ? requiredRef() : text;
    }

    /// The ref of a subscription in another member, without quotation marks.
    String name(String member) {
        JsonObjectReader.Value value = members.get(member);
        if (value == null) throw bad(member, "The member '" + member + "' is missing: give the ref of a subscription.");
        return value.text() != null ? value.text() : new String(value.bytes(), StandardCharsets.UTF_8).strip();
    }

    /// The member `token`; null if absent. No message repeats it.
    @Nullable
    String token() {
        return members.containsKey("token") ? requiredToken() : null;
    }

    String requiredToken() {
        String token = text("token");
        if (token.isEmpty() || token.length() > TokenGrants.CHARACTERS_MAX) {
            throw bad("token", "The member 'token' has 1 to " + TokenGrants.CHARACTERS_MAX + " characters.");
        }
        return token;
    }

    /// Checks that the message has no members other than `op` and these.
    void allow(Set<String> known) {
        for (String name : members.keySet()) {
            if (name.equals("op") || known.contains(name)) continue;
            throw bad(
                    Problems.bare(name),
                    "There is no member " + Problems.quoted(name) + " here. " + Suggestion.advice(name, known));
        }
    }

    String text(String name) {
        JsonObjectReader.Value value = members.get(name);
        if (value == null || value.text() == null) throw bad(name, "The member '" + name + "' must be a string.");
        return value.text();
    }

    /// The members with these names as parameters; a list becomes one value with commas.
    Parameters parameters(Set<String> names) {
        var all = new LinkedHashMap<String, List<String>>();
        for (String name : names) {
            JsonObjectReader.Value value = members.get(name);
            if (value == null) continue;
            List<String> texts = texts(name, value);
            if (texts.isEmpty()) throw bad(name, "The list '" + name + "' is empty: leave it out.");
            all.put(name, List.of(String.join(",", texts)));
        }
        return Parameters.of(all);
    }

    /// The subscription, in the form in which the application is asked about it.
    ///
    /// @param names of the parameters
    TokenGrants.Subscription subscription(Set<String> names) {
        return new TokenGrants.Subscription(texts("channels"), parameters(names), members.containsKey("token"));
    }

    /// The values of a string, a list of strings, or another scalar.
    List<String> texts(String name) {
        JsonObjectReader.Value value = members.get(name);
        return value == null ? List.of() : texts(name, value);
    }

    private static List<String> texts(String name, JsonObjectReader.Value value) {
        if (value.text() != null) return List.of(value.text());
        byte[] bytes = value.bytes();
        byte first = bytes[0];
        if (first == '{' || first == 'n') throw bad(name, "The member '" + name + "' must not be an object or null.");
        if (first != '[') return List.of(new String(bytes, StandardCharsets.UTF_8).strip());
        try {
            List<String> texts = new ArrayList<>();
            for (Object each : Json.read(bytes, List.class)) {
                if (!(each instanceof String text))
                    throw bad(name, "The member '" + name + "' must be a list of strings.");
                texts.add(text);
            }
            return texts;
        } catch (InvalidJsonException invalid) {
            throw bad(name, "The member '" + name + "' must be a list of strings.");
        }
    }

    static ProblemException bad(@Nullable String field, String what) {
        return Problems.BAD_MESSAGE.refused(field, what);
    }
}
